// Coming back: with exactly what was missed, or with a snapshot and the reason for it.
#include <deque>

#include "tests/integration/acceptance_person.hpp"

using namespace coterie;
using namespace coterie::test;

namespace {

constexpr std::size_t kInFlight = 50;  // below the limit of a session

json::object subscription(std::uint64_t number, const char* type, const char* id = nullptr) {
  json::object one{{"subscription", number}, {"entityType", type}};
  if (id != nullptr) one["entityId"] = id;
  return one;
}

struct Edited {
  std::uint64_t seq;
  std::string key;
  std::uint64_t version;
  friend bool operator==(const Edited&, const Edited&) = default;
};

// `count` edits, in turn of these records, each a commit of its own; those of `key` that `wanted` lets
// through.
template <class Wanted>
std::vector<Edited> edit_many(Person& person, const std::vector<std::pair<std::string, std::string>>& records,
                              std::size_t count, Wanted wanted) {
  std::vector<Edited> edits;
  std::deque<std::pair<std::uint64_t, std::size_t>> asked;
  const auto take = [&] {
    const auto [id, which] = asked.front();
    asked.pop_front();
    const json::object answer = person.answer(id);
    REQUIRE_MESSAGE(answer.at("type") == "committed", json::serialize(answer));
    const auto& [type, name] = records[which];
    if (!wanted(type, name)) return;
    edits.push_back({seq_of(answer), type + "/" + name,
                     answer.at("results").at(0).at("version").to_number<std::uint64_t>()});
  };
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t which = i % records.size();
    if (asked.size() == kInFlight) take();
    asked.emplace_back(person.send(person.mutation({json::object{{"op", "update"},
                                                                 {"entityType", records[which].first},
                                                                 {"entityId", records[which].second},
                                                                 {"increment", json::object{{"n", 1}}}}})),
                       which);
  }
  while (!asked.empty()) take();
  return edits;
}

Edited edited(const json::object& event) {
  return {
      seq_of(event),
      std::string(event.at("entityType").as_string()) + "/" + std::string(event.at("entityId").as_string()),
      event.at("version").to_number<std::uint64_t>()};
}

// The events of one that has come back to so many rooms, and for each of them how its locks and presence
// stand.
std::vector<Edited> told_to(Person& person, std::size_t events, std::size_t rooms) {
  std::vector<Edited> told;
  std::size_t states = 0;
  for (const json::object& push : person.pushes_until(events + rooms)) {
    if (push.at("type") == "event") {
      told.push_back(edited(push));
      continue;
    }
    CHECK(push.at("type") == "snapshot");
    CHECK_FALSE(push.contains("entities"));
    ++states;
  }
  CHECK(states == rooms);
  return told;
}

std::vector<std::pair<std::string, std::string>> make_records(Person& person) {
  std::vector<std::pair<std::string, std::string>> records;
  for (int i = 0; i < 10; ++i) {
    for (const char* type : {"Booking", "Other"}) {
      const std::string id = "r" + std::to_string(i);
      person.create(type, id.c_str(), {{"n", 0}});
      records.emplace_back(type, id);
    }
  }
  return records;
}

}  // namespace

TEST_CASE("Acceptance: a client away for 10,000 edits resumes with exactly those of its rooms [law 3]") {
  TemporaryFolder folder("acceptance");
  ServerProcess server(folder.path());
  Person ann(server, "ann");
  const auto records = make_records(ann);
  Resumption back;
  {
    Person ben(server, "ben");
    ben.join(1, "Booking");
    ben.join(2, "Other", "r3");
    ann.edit({{"op", "update"},
              {"entityType", "Other"},
              {"entityId", "r3"},
              {"increment", json::object{{"n", 1}}}});
    ben.pushes_until(1);
    back.position = ben.position();
    back.resume = ben.secret();
    back.subscriptions = {subscription(1, "Booking"), subscription(2, "Other", "r3")};
  }

  const auto missed = edit_many(ann, records, 10'000, [](const std::string& type, const std::string& id) {
    return type == "Booking" || id == "r3";
  });

  REQUIRE(missed.size() == 5'500);
  Person ben(server, "ben", back);
  for (const json::value& state : ben.welcome().at("subscriptions").as_array())
    CHECK(state.at("status") == "recovered");
  CHECK(ben.welcome().at("position") == back.position);
  CHECK(told_to(ben, missed.size(), 2) == missed);
  CHECK(ben.nothing_more());
  ann.edit({{"op", "update"},
            {"entityType", "Booking"},
            {"entityId", "r0"},
            {"increment", json::object{{"n", 1}}}});
  CHECK(edited(ben.pushes_until(1).front()).key == "Booking/r0");
}

TEST_CASE("Acceptance: a client away over a kill -9 resumes with exactly what it missed [law 3]") {
  TemporaryFolder folder("acceptance");
  Resumption back;
  std::vector<Edited> missed;
  {
    ServerProcess server(folder.path());
    Person ann(server, "ann");
    const auto records = make_records(ann);
    Person ben(server, "ben");
    ben.join(1, "Booking");
    back.position = ben.ask({{"type", "list"}, {"entityType", "Booking"}, {"data", false}}).at("position");
    back.subscriptions = {subscription(1, "Booking")};
    ben.close();
    missed = edit_many(ann, records, 1'000,
                       [](const std::string& type, const std::string&) { return type == "Booking"; });
    server.kill();
  }

  ServerProcess server(folder.path());
  Person ben(server, "ben", back);

  CHECK(ben.welcome().at("subscriptions").at(0).at("status") == "recovered");
  CHECK(told_to(ben, missed.size(), 1) == missed);
  CHECK(ben.nothing_more());
}

TEST_CASE(
    "Acceptance: a position of another epoch, or of a trimmed past, leads to resync and a snapshot [law 3]") {
  TemporaryFolder folder("acceptance");
  ServerProcess server(folder.path(), {"--resume-events", "1000"});
  Person ann(server, "ann");
  const auto records = make_records(ann);
  const json::value old_position = ann.ask({{"type", "list"}, {"entityType", "Booking"}}).at("position");
  edit_many(ann, records, 1'500, [](const std::string&, const std::string&) { return false; });
  json::value of_elsewhere = ann.ask({{"type", "list"}, {"entityType", "Booking"}}).at("position");
  of_elsewhere.as_object()["epoch"] = "elsewhere";

  for (const auto& [position, reason] :
       {std::pair(old_position, "trimmed"), std::pair(of_elsewhere, "epoch")}) {
    CAPTURE(reason);
    Resumption back;
    back.position = position;
    back.subscriptions = {subscription(1, "Booking")};
    Person ben(server, "ben", back);

    CHECK(ben.welcome().at("subscriptions").at(0).at("status") == "resync");
    CHECK(ben.welcome().at("subscriptions").at(0).at("reason") == reason);
    const json::object snapshot = ben.pushes_until(1).front();
    REQUIRE(snapshot.at("type") == "snapshot");
    CHECK(snapshot.at("reason") == reason);
    REQUIRE(snapshot.at("entities").as_array().size() == 10);
    for (const json::value& entity : snapshot.at("entities").as_array())
      CHECK(entity.at("data").at("n") == 75);
    ann.edit({{"op", "update"},
              {"entityType", "Booking"},
              {"entityId", "r1"},
              {"set", json::object{{"seen", reason}}},
              {"guard", json::object{{"n", 75}}}});
    const json::object event = ben.pushes_until(1).front();
    CHECK(event.at("type") == "event");
    CHECK(seq_of(event) > snapshot.at("position").at("seq").to_number<std::uint64_t>());
  }
}
