// The server is killed (SIGKILL) at random moments under load, many times over, on the same data. Nothing
// acknowledged may be lost, nothing applied twice, no version, seq or number left out, and a reader that
// comes back after each crash must have been sent every event exactly once. COTERIE_CRASH_ROUNDS and
// COTERIE_CRASH_SEED repeat a run.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <cstdlib>
#include <random>
#include <set>
#include <thread>

#include "tests/crash/crash_reader.hpp"
#include "tests/crash/crash_writer.hpp"
#include "tests/support/server_process.hpp"

namespace coterie::test {
namespace {

namespace json = boost::json;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

struct Logged {
  std::uint64_t seq;
  std::string key;
  std::uint64_t version;
  std::string mutation;
  std::string number;  // the orderNumber of a created Order
};

// The whole log by the history request, oldest first.
std::vector<Logged> read_history(const std::string& url) {
  ConnectOptions options;
  options.url = *ServerUrl::parse(url);
  options.token = "dev:auditor";
  auto connection = Connection::connect(options);
  REQUIRE(connection.has_value());
  std::vector<Logged> out;
  std::uint64_t after = 0;
  for (;;) {
    auto page = connection->request(json::object{{"type", "history"}, {"after", after}, {"limit", 500}});
    REQUIRE(page.has_value());
    const json::array& events = page->at("events").as_array();
    if (events.empty()) break;
    for (const json::value& value : events) {
      const json::object& event = value.as_object();
      Logged one;
      one.seq = event.at("seq").to_number<std::uint64_t>();
      one.key = fmt::format("{}/{}", event.at("entityType").as_string().c_str(),
                            event.at("entityId").as_string().c_str());
      one.version = event.at("version").to_number<std::uint64_t>();
      one.mutation = event.at("mutationId").as_string().c_str();
      if (const json::value* data = event.if_contains("data"); data != nullptr) {
        if (const json::value* number = data->as_object().if_contains("orderNumber"))
          one.number = number->as_string().c_str();
      }
      after = one.seq;
      out.push_back(std::move(one));
    }
  }
  return out;
}

void make_stock(const std::string& url) {
  ConnectOptions options;
  options.url = *ServerUrl::parse(url);
  options.token = "dev:maker";
  auto connection = Connection::connect(options);
  REQUIRE(connection.has_value());
  json::array operations;
  for (int i = 0; i < 20; ++i) {
    operations.push_back(json::object{{"op", "create"},
                                      {"entityType", "Stock"},
                                      {"entityId", fmt::format("s{}", i)},
                                      {"data", json::object{{"sold", 0}}}});
  }
  auto answer = connection->request(
      json::object{{"type", "mutate"}, {"mutationId", "make-stock"}, {"ops", operations}});
  REQUIRE(answer.has_value());
  REQUIRE(answer->at("type") == "committed");
}

void check_log(const std::vector<Logged>& log) {
  std::map<std::string, std::uint64_t> versions;
  std::set<std::string> numbers;
  std::uint64_t seq = 0;
  for (const Logged& one : log) {
    CHECK_MESSAGE((one.seq == seq || one.seq == seq + 1), "seq " << one.seq << " after " << seq);
    seq = one.seq;
    CHECK_MESSAGE(one.version == versions[one.key] + 1, one.key << " version " << one.version);
    versions[one.key] = one.version;
    if (one.number.empty()) continue;
    CHECK_MESSAGE(numbers.insert(one.number).second, "number given twice: " << one.number);
  }
  // Without holes: the highest of each year is as many as there are.
  std::map<std::string, std::uint64_t> highest;
  std::map<std::string, std::uint64_t> count;
  for (const std::string& number : numbers) {
    const auto dash = number.rfind('-');
    highest[number.substr(0, dash)] =
        std::max(highest[number.substr(0, dash)], std::uint64_t{std::stoull(number.substr(dash + 1))});
    ++count[number.substr(0, dash)];
  }
  for (const auto& [prefix, most] : highest)
    CHECK_MESSAGE(most == count[prefix], "holes in the numbers " << prefix);
}

}  // namespace

TEST_CASE(
    "Server: killed at any moment it loses nothing acknowledged and repeats nothing [laws 1, 2, 3, 4]") {
  const auto rounds = from_environment("COTERIE_CRASH_ROUNDS", 12);
  const auto seed = from_environment("COTERIE_CRASH_SEED", std::random_device{}());
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const TemporaryFolder folder("crash");
  const auto data = folder.path() / "data";
  std::vector<CrashWriter> writers;
  for (std::size_t i = 0; i < 4; ++i) writers.emplace_back(i, random());
  CrashReader reader;

  for (std::uint64_t round = 0; round < rounds; ++round) {
    ServerProcess server(data);
    std::atomic<bool> stop = true;
    if (round == 0) {
      // The reader comes before the first record, so that it must have seen all there ever was.
      reader.run(server.url(), stop, std::chrono::milliseconds(500));
      make_stock(server.url());
    }
    stop = false;
    std::vector<std::thread> threads;
    threads.emplace_back([&] { reader.run(server.url(), stop, std::chrono::milliseconds(100)); });
    for (CrashWriter& writer : writers) threads.emplace_back([&] { writer.run(server.url(), stop); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 450));
    server.kill();
    stop = true;
    for (std::thread& thread : threads) thread.join();
  }

  ServerProcess server(data);
  std::size_t acknowledged = 0;
  for (CrashWriter& writer : writers) {
    for (const std::string& problem : writer.repeat_all(server.url())) FAIL_CHECK(problem);
    acknowledged += writer.acknowledged().size();
  }
  const std::atomic<bool> quiet = true;
  reader.run(server.url(), quiet, std::chrono::milliseconds(1000));
  for (const std::string& problem : reader.problems()) FAIL_CHECK(problem);

  const std::vector<Logged> log = read_history(server.url());
  check_log(log);
  std::set<std::string> logged;
  for (const Logged& one : log) logged.insert(one.mutation);
  for (const CrashWriter& writer : writers) {
    for (const auto& [mutation, answer] : writer.acknowledged())
      CHECK_MESSAGE(logged.contains(mutation), "lost: " << mutation);
  }
  REQUIRE(reader.seen().size() == log.size());
  for (std::size_t i = 0; i < log.size(); ++i) {
    CHECK(reader.seen()[i].seq == log[i].seq);
    CHECK(reader.seen()[i].key == log[i].key);
    CHECK(reader.seen()[i].version == log[i].version);
  }
  CHECK(acknowledged > rounds * 10);
  MESSAGE(acknowledged << " acknowledged mutations through " << rounds << " kills, " << log.size()
                       << " events");
}

}  // namespace coterie::test
