#include "server/ops/metrics.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace coterie;

namespace {

bool holds(const std::string& text, std::string_view line) {
  return text.find("\n" + std::string(line) + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("Metrics: what was counted stands in the text") {
  Metrics metrics;

  metrics.connection_opened("websocket");
  metrics.connection_opened("websocket");
  metrics.connection_closed("websocket");
  metrics.closed(4201);
  metrics.rooms(3);
  metrics.edit("committed");
  metrics.edit("conflict");
  metrics.group(20, std::chrono::microseconds(700));
  metrics.delivered(2000, std::chrono::microseconds(90));
  metrics.read(std::chrono::microseconds(10), std::chrono::microseconds(200'000), true);
  metrics.error("bad_json");
  metrics.request("mutate", std::chrono::microseconds(1200));
  const std::string text = metrics.text();

  CHECK(holds(text, "coterie_connections{transport=\"websocket\"} 1"));
  CHECK(holds(text, "coterie_connections_opened_total{transport=\"websocket\"} 2"));
  CHECK(holds(text, "coterie_closes_total{code=\"4201\"} 1"));
  CHECK(holds(text, "coterie_rooms 3"));
  CHECK(holds(text, "coterie_edits_total{outcome=\"committed\"} 1"));
  CHECK(holds(text, "coterie_edits_total{outcome=\"conflict\"} 1"));
  CHECK(holds(text, "coterie_commit_seconds_bucket{le=\"0.0005\"} 0"));
  CHECK(holds(text, "coterie_commit_seconds_bucket{le=\"0.001\"} 1"));
  CHECK(holds(text, "coterie_group_edits_sum 20"));
  CHECK(holds(text, "coterie_events_delivered_total 2000"));
  CHECK(holds(text, "coterie_slow_statements_total 1"));
  CHECK(holds(text, "coterie_errors_total{code=\"bad_json\"} 1"));
  CHECK(holds(text, "coterie_request_seconds_count{type=\"mutate\"} 1"));
  CHECK(text.find("process_resident_memory_bytes ") != std::string::npos);
}

TEST_CASE("Metrics: a label outside the known set counts as other [law 6]") {
  Metrics metrics;

  for (int i = 0; i < 1000; ++i) metrics.error("code-" + std::to_string(i));
  const std::string text = metrics.text();

  CHECK(holds(text, "coterie_errors_total{code=\"other\"} 1000"));
  CHECK(text.find("code-1") == std::string::npos);
}
