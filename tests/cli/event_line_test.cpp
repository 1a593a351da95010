#include "server/cli/event_line.hpp"

#include <doctest/doctest.h>

#include "server/cli/conflict_text.hpp"
#include "server/cli/record_name.hpp"
#include "server/cli/state_line.hpp"
#include "tests/support/json.hpp"

namespace coterie {

using testing::object_of;

namespace {

const char* const kUpdate =
    R"({"type":"event","seq":5,"entityType":"Vehicle","entityId":"1","operation":"UPDATE",
    "version":2,"set":{"Horsepower":200},"unset":["note"],"userId":"ann","timestamp":"2026-11-23T04:00:12.123Z",
    "cause":"user"})";

}  // namespace

TEST_CASE("Watch: an update is one line with the old and the new values") {
  SeenRecords seen;
  seen.put(object_of(R"({"entityId":"1","version":1,"data":{"Horsepower":130,"note":"old"}})"));
  const auto event = object_of(kUpdate);

  CHECK(event_line(event, seen.data(event), Style(false)) ==
        "04:00:12Z  Vehicle/1 v2  ann  Horsepower 130 -> 200, note old removed");
}

TEST_CASE("Watch: without the old values the new ones are shown alone") {
  CHECK(event_line(object_of(kUpdate), nullptr, Style(false)) ==
        "04:00:12Z  Vehicle/1 v2  ann  Horsepower = 200, note removed");
}

TEST_CASE("Watch: what was seen follows the events, and is forgotten where one is missing") {
  SeenRecords seen;
  seen.put(object_of(R"({"entityId":"1","version":1,"data":{"Horsepower":130}})"));
  seen.apply(object_of(kUpdate));
  const auto third =
      object_of(R"({"entityId":"1","version":3,"operation":"UPDATE","set":{"a":1},"unset":[]})");
  REQUIRE(seen.data(third));
  CHECK(*seen.data(third) == object_of(R"({"Horsepower":200})"));

  seen.apply(object_of(R"({"entityId":"1","version":7,"operation":"UPDATE","set":{"a":1},"unset":[]})"));
  CHECK(seen.data(object_of(R"({"entityId":"1","version":8,"operation":"UPDATE"})")) == nullptr);
}

TEST_CASE("Watch: a record that comes into view is a line with its data, and one that leaves it says so") {
  const auto enter = object_of(
      R"({"type":"enter","subscriptions":[1],"seq":5,"entityType":"Vehicle","entityId":"1","version":2,
      "data":{"Horsepower":130},"updatedAt":"2026-11-23T04:00:12.123Z","updatedBy":"ann"})");
  CHECK(membership_line(enter, Style(false)) ==
        R"(04:00:12Z  Vehicle/1 v2  ann  came into view {"Horsepower":130})");
  const auto gone = object_of(R"({"type":"gone","seq":6,"entityType":"Vehicle","entityId":"1"})");
  CHECK(membership_line(gone, Style(false)) == "           Vehicle/1  gone from what you may see");

  SeenRecords seen;
  seen.move(enter);
  const auto third = object_of(R"({"entityId":"1","version":3,"operation":"UPDATE"})");
  REQUIRE(seen.data(third));
  seen.move(gone);
  CHECK(seen.data(third) == nullptr);
}

TEST_CASE("Watch: control characters of others do not reach the terminal") {
  auto event = object_of(kUpdate);
  event["userId"] = "a\x1b[2Jnn";
  event["set"] = object_of(R"({"Name":"x\u001b]0;owned\u0007"})");
  event["unset"] = boost::json::array{};

  const std::string line = event_line(event, nullptr, Style(false));

  CHECK(line.find('\x1b') == std::string::npos);
  CHECK(line.find('\x07') == std::string::npos);
}

TEST_CASE("Watch: creations, deletions and what a later server may say have a line too") {
  CHECK(event_line(
            object_of(R"({"entityType":"T","entityId":"1","operation":"CREATE","version":1,"data":{"a":1},
        "userId":"u","timestamp":"2026-11-23T04:00:12.123Z","cause":"user"})"),
            nullptr, Style(false)) == "04:00:12Z  T/1 v1  u  created {\"a\":1}");
  CHECK(
      event_line(object_of(R"({"entityType":"T","entityId":"1","operation":"DELETE","version":2,"userId":"u",
        "timestamp":"2026-11-23T04:00:12.123Z","cause":"user"})"),
                 nullptr, Style(false)) == "04:00:12Z  T/1 v2  u  deleted");
  CHECK(push_line(object_of(R"({"type":"weather","text":"rain"})"), Style(false)) ==
        R"({"type":"weather","text":"rain"})");
}

TEST_CASE("Conflict: base, theirs and yours stand side by side, with who and when [law 5]") {
  const std::string text = conflict_text(
      object_of(
          R"({"type":"conflict","entityType":"Vehicle","entityId":"1","message":"ann changed Horsepower.",
        "baseVersion":1,"currentVersion":2,"base":{"Horsepower":130},"current":{"Horsepower":200},
        "yours":{"Horsepower":180,"Origin":"EU"},"fields":{"Horsepower":"clash","Origin":"yours"},
        "merged":{"Horsepower":200,"Origin":"EU"},
        "changedBy":[{"version":2,"userId":"ann","timestamp":"2026-11-23T04:00:12.123Z"}]})"),
      Style(false), 100);

  CHECK(text ==
        "conflict on Vehicle/1: ann changed Horsepower.\n"
        "  v2 by ann at 2026-11-23T04:00:12.123Z\n"
        "\n"
        "  field       base v1  theirs v2  yours\n"
        "  Horsepower  130      200        180    both changed it\n"
        "  Origin      -        -          EU     you changed it\n"
        "\n");
}

TEST_CASE("Conflict: a deleted record cannot be merged, and says so") {
  const auto conflict =
      object_of(R"({"type":"conflict","entityType":"V","entityId":"1","message":"ann deleted it.",
      "baseVersion":1,"currentVersion":2,"base":{"a":1},"current":null,"yours":{"a":2}})");

  CHECK_FALSE(can_merge(conflict));
  CHECK(conflict_text(conflict, Style(false), 100).find("deleted now") != std::string::npos);
}

TEST_CASE("Record names: a type, or a type and an id") {
  CHECK(parse_record_name("Vehicle")->id.empty());
  CHECK(parse_record_name("Vehicle/a:b~c.d-1")->id == "a:b~c.d-1");
  for (const char* bad :
       {"", "1Vehicle", "Vehicle/", "Vehicle/..", "Vehicle/a b", "Ve hicle/1", "Vehicle/1/2"}) {
    CAPTURE(bad);
    CHECK(parse_record_name(bad).has_error());
  }
}

TEST_CASE("Watch: locks, presence and signals are told in words") {
  const Style plain(false);
  const auto lock = [&](const char* members) {
    return state_line(object_of(std::string(R"({"type":"lock","entityType":"Vehicle","entityId":"1",)") +
                                members + R"("holder":{"userId":"u7","name":"ann"},"fence":7})"),
                      plain)
        .value();
  };
  CHECK(lock(R"("state":"acquired","field":"price","ttlMs":29001,)") ==
        "lock  Vehicle/1  ann has locked price for 30 s");
  CHECK(lock(R"("state":"released",)") == "lock  Vehicle/1  ann has unlocked the record");
  CHECK(lock(R"("state":"expired","field":"price",)") ==
        "lock  Vehicle/1  the lock of ann on price has run out");
  CHECK(lock(R"("state":"taken","field":"price",)") == "lock  Vehicle/1  ann has taken the lock on price");

  CHECK(state_line(
            object_of(
                R"({"type":"presence","entityType":"Vehicle","joins":[{"userId":"ann","state":{"field":"a"}}],
      "updates":[{"userId":"ben","state":{}}],"leaves":[{"userId":"cem"}]})"),
            plain) == R"(here  Vehicle  ann {"field":"a"}, ben {}, cem has left)");
  CHECK(
      state_line(
          object_of(R"({"type":"signal","entityType":"Vehicle","entityId":"1","userId":"ann","name":"typing",
      "data":"\u001b[2J"})"),
          plain)
          ->find('\x1b') == std::string::npos);
  CHECK(state_line(
            object_of(
                R"({"type":"signal","entityType":"Vehicle","userId":"ann","name":"typing","data":{"x":1}})"),
            plain) == R"(says  Vehicle  ann typing {"x":1})");
  CHECK_FALSE(state_line(object_of(R"({"type":"goodbye"})"), plain));

  const auto lines = state_lines(object_of(R"({"locks":[
      {"entityType":"Vehicle","entityId":"1","field":"price","holder":{"userId":"ann"},"fence":7,"ttlMs":5000},
      {"entityType":"Vehicle","entityId":"2","holder":{"userId":"ben"},"fence":8,"ttlMs":100}],
      "presence":[{"userId":"ann","state":{"field":"a"}}]})"),
                                 plain, 1);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "  lock  Vehicle/1  ann has locked price for 5 s");
  CHECK(lines[1] == "  ... 1 more");
  CHECK(lines[2] == R"(  here  ann {"field":"a"})");
}

}  // namespace coterie
