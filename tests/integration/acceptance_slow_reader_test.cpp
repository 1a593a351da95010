// A reader that stops reading while its room sees 50,000 events: the server's memory stays bounded, the
// others are told everything in order meanwhile, and afterwards so is the slow one.
#include <atomic>
#include <deque>
#include <map>
#include <thread>

#include "clients/cpp/http_client.hpp"
#include "tests/integration/acceptance_person.hpp"

using namespace coterie;
using namespace coterie::test;

namespace {

constexpr std::size_t kRecords = 40;  // as many events has each commit
constexpr std::size_t kCommits = 1250;
constexpr std::size_t kEvents = kRecords * kCommits;
constexpr std::size_t kTextBytes = 1200;  // of each event: more in all than the server keeps in memory
constexpr std::size_t kInFlight = 20;
constexpr long kMiB = 1024 * 1024;

// What the process may grow by: the recent past that it keeps (64 MiB of events and what they cost besides),
// the outboxes, and what the allocator does not give back.
#if defined(__SANITIZE_ADDRESS__)
constexpr long kMostGrowth = 1024 * kMiB;
#else
constexpr long kMostGrowth = 224 * kMiB;
#endif
constexpr long kNobodyTells = 1024 * kMiB;
constexpr long kMostQueued = 4 * kMiB;  // one outbox of 1 MiB for each reader

std::string record(std::size_t which) { return "r" + std::to_string(which); }

// Reads the room's events, and holds them against what they must be: all records in turn, version by version.
class RoomReader {
 public:
  explicit RoomReader(const ServerProcess& server, const std::string& name) : person_(server, name) {
    person_.join(1, "Reading");
  }
  void read_all() try {
    while (events_ < kEvents && wrong_.empty()) {
      const Messages pushes = person_.pushes();
      if (pushes.empty()) wrong_ = "nothing more came after " + std::to_string(events_) + " events";
      for (const json::object& message : pushes) take(message);
    }
  } catch (...) {  // a failed REQUIRE of the Person; this may be a thread of its own
    wrong_ = "the line broke after " + std::to_string(events_) + " events";
  }
  std::size_t events() const { return events_; }
  const std::string& wrong() const { return wrong_; }

 private:
  void take(const json::object& message) {
    const std::string id = record(events_ % kRecords);
    const std::uint64_t version = 2 + events_ / kRecords;
    const bool fits = message.at("type") == "event" && message.at("entityId").as_string() == id &&
                      message.at("version").to_number<std::uint64_t>() == version;
    if (!fits && wrong_.empty())
      wrong_ = "event " + std::to_string(events_) + " is " + json::serialize(message).substr(0, 300);
    ++events_;
  }

  Person person_;
  std::size_t events_ = 0;
  std::string wrong_;
};

void make_records(Person& writer) {
  json::array ops;
  for (std::size_t i = 0; i < kRecords; ++i) {
    ops.push_back(json::object{
        {"op", "create"}, {"entityType", "Reading"}, {"entityId", record(i)}, {"data", json::object{}}});
  }
  REQUIRE(writer.ask(writer.mutation(std::move(ops))).at("type") == "committed");
}

void write_all(Person& writer) {
  std::deque<std::uint64_t> asked;
  const auto take = [&] {
    const json::object answer = writer.answer(asked.front());
    asked.pop_front();
    REQUIRE_MESSAGE(answer.at("type") == "committed", json::serialize(answer));
  };
  for (std::size_t commit = 0; commit < kCommits; ++commit) {
    json::array ops;
    for (std::size_t i = 0; i < kRecords; ++i) {
      std::string text = std::to_string(commit);
      text.resize(kTextBytes, 'x');
      ops.push_back(json::object{{"op", "update"},
                                 {"entityType", "Reading"},
                                 {"entityId", record(i)},
                                 {"baseVersion", 1 + commit},
                                 {"set", json::object{{"text", text}}}});
    }
    if (asked.size() == kInFlight) take();
    asked.push_back(writer.send(writer.mutation(std::move(ops))));
  }
  while (!asked.empty()) take();
}

long bytes_queued(const ServerProcess& server) {
  HttpClient http(*ServerUrl::parse(server.url()), "dev:watcher");
  const auto answer = http.get("/metrics");
  if (!answer) return kNobodyTells;
  const std::string name = "\ncoterie_outbox_bytes ";
  const std::size_t at = answer->body.find(name);
  if (at == std::string::npos) return kNobodyTells;
  return static_cast<long>(std::stod(answer->body.substr(at + name.size())));
}

}  // namespace

TEST_CASE(
    "Acceptance: a reader that stops reading costs the server little, the others nothing, and misses nothing "
    "[laws 3, 6, 7]") {
  TemporaryFolder folder("acceptance");
  ServerProcess server(folder.path());
  Person writer(server, "writer");
  make_records(writer);
  RoomReader slow(server, "slow");
  RoomReader first(server, "first");
  RoomReader second(server, "second");
  const long before = server.resident_bytes();

  std::thread others[] = {std::thread([&] { first.read_all(); }), std::thread([&] { second.read_all(); })};
  std::atomic<bool> written{false};
  long most_resident = 0;
  long most_queued = 0;
  std::thread watcher([&] {
    while (!written) {
      most_resident = std::max(most_resident, server.resident_bytes());
      most_queued = std::max(most_queued, bytes_queued(server));
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  write_all(writer);
  for (std::thread& other : others) other.join();
  written = true;
  watcher.join();

  CHECK_MESSAGE(first.wrong().empty(), first.wrong());
  CHECK_MESSAGE(second.wrong().empty(), second.wrong());
  CHECK(first.events() == kEvents);
  CHECK(second.events() == kEvents);
  CHECK(slow.events() == 0);
  MESSAGE("grown by " << (most_resident - before) / kMiB << " MiB, at most " << most_queued / 1024
                      << " KiB queued");
  CHECK(most_resident - before < kMostGrowth);
  CHECK(most_queued < kMostQueued);

  slow.read_all();

  CHECK_MESSAGE(slow.wrong().empty(), slow.wrong());
  CHECK(slow.events() == kEvents);
  CHECK(server.resident_bytes() - before < kMostGrowth);
}
