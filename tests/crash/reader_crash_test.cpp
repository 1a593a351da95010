// A named reader while the server is killed (SIGKILL) at random moments: nothing is skipped, and only what it
// had not acknowledged is sent again. COTERIE_CRASH_ROUNDS and COTERIE_CRASH_SEED repeat a run.
#include <doctest/doctest.h>

#include <algorithm>

#include <atomic>
#include <boost/json/object.hpp>
#include <cstdlib>
#include <random>
#include <thread>

#include "clients/cpp/connection.hpp"
#include "tests/crash/crash_writer.hpp"
#include "tests/support/server_process.hpp"

namespace coterie::test {
namespace {

namespace json = boost::json;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

ClientResult<Connection> connect(const std::string& url) {
  ConnectOptions options;
  options.url = *ServerUrl::parse(url);
  options.token = "dev:books";
  return Connection::connect(options);
}

std::uint64_t seq_of(const json::value& value) { return value.at("seq").to_number<std::uint64_t>(); }

// Reads and acknowledges until the line breaks, or until it is up to date once `stop` is set.
class Books {
 public:
  void run(const std::string& url, const std::atomic<bool>& stop) {
    auto connection = connect(url);
    if (!connection) return;
    for (;;) {
      const bool last = stop;
      const auto page = connection->request({{"type", "changes"}, {"reader", "books"}, {"limit", 7}});
      if (!page || page->at("type") != "changes") return;
      if (page->contains("resync")) problems.push_back("told to begin anew");
      take(page->at("events").as_array());
      const std::uint64_t position = seq_of(page->at("position"));
      const auto done = connection->request(
          {{"type", "acknowledge"}, {"reader", "books"}, {"position", page->at("position")}});
      if (!done) return;  // it may be stored or not
      if (done->at("type") != "ok") return;
      acknowledged = position;
      if (last && page->at("lag").at("events") == 0) return;
    }
  }

  std::vector<std::pair<std::uint64_t, std::string>> seen;  // each once: seq, and the record
  std::uint64_t acknowledged = 0;
  std::uint64_t repeated = 0;
  std::vector<std::string> problems;

 private:
  void take(const json::array& events) {
    for (const json::value& event : events) {
      const std::uint64_t seq = seq_of(event);
      if (seq <= acknowledged) problems.push_back("sent again although acknowledged: " + std::to_string(seq));
      std::pair one{seq, std::string(event.at("entityType").as_string()) + "/" +
                             std::string(event.at("entityId").as_string())};
      if (std::find(seen.begin(), seen.end(), one) != seen.end()) {
        ++repeated;
      } else {
        if (!seen.empty() && seq < seen.back().first) problems.push_back("out of order");
        seen.push_back(std::move(one));
      }
    }
  }
};

std::vector<std::pair<std::uint64_t, std::string>> whole_log(const std::string& url) {
  auto connection = connect(url);
  REQUIRE(connection.has_value());
  std::vector<std::pair<std::uint64_t, std::string>> log;
  json::object request{{"type", "history"}, {"after", 0}, {"limit", 500}};
  for (;;) {
    const auto page = connection->request(request);
    REQUIRE(page.has_value());
    for (const json::value& event : page->at("events").as_array()) {
      log.emplace_back(seq_of(event), std::string(event.at("entityType").as_string()) + "/" +
                                          std::string(event.at("entityId").as_string()));
    }
    if (!page->contains("next")) return log;
    request["after"] = page->at("next");
  }
}

void make_stock(const std::string& url) {
  auto connection = connect(url);
  REQUIRE(connection.has_value());
  json::array operations;
  for (int i = 0; i < 20; ++i) {
    operations.push_back(json::object{{"op", "create"},
                                      {"entityType", "Stock"},
                                      {"entityId", "s" + std::to_string(i)},
                                      {"data", json::object{{"sold", 0}}}});
  }
  const auto answer =
      connection->request({{"type", "mutate"}, {"mutationId", "make-stock"}, {"ops", operations}});
  REQUIRE(answer.has_value());
  REQUIRE(answer->at("type") == "committed");
}

}  // namespace

TEST_CASE(
    "Readers: through every kill nothing is skipped, and what was acknowledged is not sent again [laws 2, "
    "3]") {
  const auto rounds = from_environment("COTERIE_CRASH_ROUNDS", 8);
  const auto seed = from_environment("COTERIE_CRASH_SEED", std::random_device{}());
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const TemporaryFolder folder("reader-crash");
  const auto data = folder.path() / "data";
  std::vector<CrashWriter> writers;
  for (std::size_t i = 0; i < 2; ++i) writers.emplace_back(i, random());
  Books books;

  for (std::uint64_t round = 0; round < rounds; ++round) {
    ServerProcess server(data);
    if (round == 0) make_stock(server.url());
    std::atomic<bool> stop = false;
    std::vector<std::thread> threads;
    threads.emplace_back([&] { books.run(server.url(), stop); });
    for (CrashWriter& writer : writers) threads.emplace_back([&] { writer.run(server.url(), stop); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 300));
    server.kill();
    stop = true;
    for (std::thread& thread : threads) thread.join();
  }

  ServerProcess server(data);
  const std::atomic<bool> quiet = true;
  books.run(server.url(), quiet);
  for (const std::string& problem : books.problems) FAIL_CHECK(problem);
  CHECK(books.seen == whole_log(server.url()));
  CHECK(books.seen.size() > 20 + rounds);
  MESSAGE(books.seen.size() << " changes through " << rounds << " kills, " << books.repeated
                            << " sent again before they were acknowledged");
}

}  // namespace coterie::test
