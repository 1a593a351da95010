// What becomes of an edit that rests on an older version.
#include "protocol/json.hpp"
#include "protocol/time_text.hpp"
#include "tests/storage/rules.hpp"

using namespace coterie;
using coterie::testing::Rules;
using coterie::testing::Wish;

namespace {

std::string update(const std::string& members) {
  return R"({"op":"update","entityType":"Car","entityId":"1",)" + members + "}";
}

// Version 1 by ann; version 2, a price of 20 two minutes later, by ben; another two minutes have passed.
Rules with_changed_price() {
  using namespace std::chrono_literals;
  Rules rules;
  rules.committed(
      "ann",
      {R"({"op":"create","entityType":"Car","entityId":"1","data":{"price":10,"note":"a","n":1,"tags":[]}})"});
  rules.context.now += 2min;
  rules.committed("ben", {update(R"("baseVersion":1,"set":{"price":20})")});
  rules.context.now += 2min;
  return rules;
}

std::string text(const std::optional<boost::json::object>& document) {
  return document ? to_json_text(*document) : "absent";
}

std::string text(const std::vector<std::pair<FieldPath, FieldVerdict>>& fields) {
  std::string out;
  for (const auto& [path, verdict] : fields) out += path.text() + '=' + std::string(to_text(verdict)) + ' ';
  return out;
}

}  // namespace

TEST_CASE("decide: a stale edit is refused by default, with all that is needed to decide [law 5]") {
  Rules rules = with_changed_price();

  const Conflict why = rules.conflict("cid", {update(R"("baseVersion":1,"set":{"price":30,"note":"b"})")});

  CHECK(why.message == "ben changed price 2 minutes ago. Take theirs, keep yours, or merge.");
  CHECK(why.base_version == Version{1});
  CHECK(why.current_version == Version{2});
  CHECK(text(why.base) == R"({"price":10,"note":"a","n":1,"tags":[]})");
  CHECK(text(why.current) == R"({"price":20,"note":"a","n":1,"tags":[]})");
  CHECK(text(why.yours) == R"({"price":30,"note":"b","n":1,"tags":[]})");
  CHECK(text(why.merged) == R"({"price":20,"note":"b","n":1,"tags":[]})");
  CHECK(text(why.fields) == "note=yours price=clash ");
  REQUIRE(why.changed_by.size() == 1);
  CHECK(why.changed_by[0].version == Version{2});
  CHECK(why.changed_by[0].user_id == UserId{"ben"});
  CHECK_FALSE(why.base_unavailable);
}

TEST_CASE("decide: a base version that is given is heeded, also by what never clashes [law 5]") {
  Rules rules = with_changed_price();

  rules.conflict("cid", {update(R"("baseVersion":1,"increment":{"n":1})")});
  rules.conflict("cid", {update(R"("baseVersion":1)")});
  rules.conflict("cid", {update(R"("baseVersion":1)"), "", "merge"});
  rules.conflict("cid", {update(R"("baseVersion":1,"guard":{"n":1})"), "", "latest-wins"});
  rules.committed("cid", {update(R"("increment":{"n":1})")});
}

TEST_CASE("decide: merge joins what does not clash, and tells what it took from others") {
  Rules rules = with_changed_price();

  const auto answer = rules.committed(
      "cid",
      {update(R"("baseVersion":1,"set":{"note":"b"},"increment":{"n":2,"price":1},"append":{"tags":["x"]},)"
              R"("return":"after")"),
       "", "merge"});

  CHECK(rules.data("Car", "1") == R"({"price":21,"note":"b","n":3,"tags":["x"]})");
  CHECK(answer.at("results").at(0).at("merged").at(0).as_string() == "price");
  CHECK(answer.at("results").at(0).at("version").as_int64() == 3);
  CHECK(rules.log().back().cause == Cause::merge);
  CHECK(rules.log().back().set == R"({"price":21,"note":"b","n":3,"tags":["x"]})");
}

TEST_CASE("decide: merge with a clash is a conflict that proposes theirs where it clashes [law 5]") {
  Rules rules = with_changed_price();
  const std::string whole = update(R"("baseVersion":1,"set":{"price":30,"note":"b"},"increment":{"n":5})");

  const Conflict why = rules.conflict("cid", {whole, "", "merge"});

  CHECK(text(why.fields) == "note=yours price=clash ");
  CHECK(text(why.merged) == R"({"price":20,"note":"b","n":6,"tags":[]})");
  CHECK(text(why.yours) == R"({"price":30,"note":"b","n":6,"tags":[]})");
}

TEST_CASE("decide: a path clashes with its parents and its children, and not where both made it the same") {
  Rules rules;
  rules.committed("ann",
                  {R"({"op":"create","entityType":"Car","entityId":"1","data":{"at":{"x":1,"y":1}}})"});
  rules.committed("ben", {update(R"("baseVersion":1,"set":{"at.x":2})")});

  rules.conflict("cid", {update(R"("baseVersion":1,"unset":["at"])"), "", "merge"});
  rules.conflict("cid", {update(R"("baseVersion":1,"set":{"at":"here"})"), "", "merge"});
  const auto same = rules.committed("cid", {update(R"("baseVersion":1,"set":{"at.x":2})"), "", "merge"});

  CHECK(same.at("results").at(0).at("version").as_int64() == 2);
  rules.committed("cid", {update(R"("baseVersion":1,"set":{"at.y":5})"), "", "merge"});
  CHECK(rules.data("Car", "1") == R"({"at":{"x":2,"y":5}})");
}

TEST_CASE("decide: latest-wins commits over, keeps what it overwrote, and names whom to tell") {
  Rules rules = with_changed_price();
  rules.committed("dan", {update(R"("baseVersion":2,"set":{"note":"d"})")});
  rules.committed("cid", {update(R"("baseVersion":3,"set":{"tags":[1]})")});

  const Decision decision = rules.decide_for(
      "cid",
      {update(R"("baseVersion":1,"set":{"price":30,"tags":[2]},"increment":{"n":1})"), "", "latest-wins"});

  REQUIRE(std::holds_alternative<CommittedAnswer>(decision.outcome));
  CHECK(rules.data("Car", "1") == R"({"price":30,"note":"d","n":2,"tags":[2]})");
  CHECK(rules.log().back().old == R"({"n":1,"price":20,"tags":[1]})");
  REQUIRE(decision.overwritten.size() == 1);  // dan's note stands, cid's own tags need no notice
  CHECK(decision.overwritten[0].user == UserId{"ben"});
  CHECK(decision.overwritten[0].version == Version{5});
  CHECK(decision.overwritten[0].fields == std::vector{FieldPath::parse("price").value()});
}

TEST_CASE("decide: the strategy of an operation goes before the mutation's") {
  Rules rules = with_changed_price();
  const std::string edit = update(R"("baseVersion":1,"strategy":"reject","set":{"note":"b"})");

  rules.conflict("cid", {edit, "", "merge"});
}

TEST_CASE("decide: a stale delete is a conflict, except where the latest wins [law 5]") {
  Rules rules = with_changed_price();
  const std::string remove = R"({"op":"delete","entityType":"Car","entityId":"1","baseVersion":1})";

  const Conflict why = rules.conflict("cid", {remove, "", "merge"});
  rules.conflict("cid", {remove});
  const Decision decision = rules.decide_for("cid", {remove, "", "latest-wins"});

  CHECK_FALSE(why.yours.has_value());
  CHECK(why.message == "ben changed price 2 minutes ago. Delete it all the same, or keep it.");
  CHECK(text(why.fields) == "price=theirs ");
  REQUIRE(std::holds_alternative<CommittedAnswer>(decision.outcome));
  CHECK(rules.head("Car", "1").deleted);
  REQUIRE(decision.overwritten.size() == 1);
  CHECK(decision.overwritten[0].user == UserId{"ben"});
}

TEST_CASE(
    "decide: with a base version an edit of a deleted record is a conflict, without it not_found [law 5]") {
  Rules rules = with_changed_price();
  rules.committed("ben", {R"({"op":"delete","entityType":"Car","entityId":"1","baseVersion":2})"});

  for (const std::string strategy : {"reject", "merge", "latest-wins"}) {
    const Conflict why =
        rules.conflict("cid", {update(R"("baseVersion":2,"set":{"note":"b"})"), "", strategy});
    CHECK(text(why.base) == R"({"price":20,"note":"a","n":1,"tags":[]})");
    CHECK(text(why.current) == "absent");
    CHECK(text(why.yours) == R"({"price":20,"note":"b","n":1,"tags":[]})");
    CHECK(why.current_version == Version{3});
    CHECK(why.message == "ben deleted it just now. Restore it first, or let it go.");
  }
  rules.conflict("cid", {update(R"("baseVersion":3,"set":{"note":"b"})"), "", "latest-wins"});
  CHECK(rules.rejected("cid", {update(R"("increment":{"n":1})")}).code == RejectedCode::not_found);
  const std::string unknown = R"({"op":"delete","entityType":"Car","entityId":"2","baseVersion":1})";
  CHECK(rules.rejected("cid", {unknown}).code == RejectedCode::not_found);
}

TEST_CASE(
    "decide: a base of another history, from the future or out of reach is told as unavailable [law 5]") {
  Rules rules = with_changed_price();

  for (const std::string strategy : {"reject", "merge", "latest-wins"}) {
    const Conflict foreign =
        rules.conflict("cid", {update(R"("baseVersion":2,"set":{"note":"b"})"), "", strategy, "e0"});
    CHECK(foreign.base_unavailable);
    CHECK(text(foreign.base) == "absent");
    CHECK(text(foreign.current) == R"({"price":20,"note":"a","n":1,"tags":[]})");
    CHECK(rules.conflict("cid", {update(R"("baseVersion":9,"set":{"note":"b"})"), "", strategy})
              .base_unavailable);
  }
  rules.committed("cid", {update(R"("baseVersion":2,"set":{"note":"b"})"), "", "", "e1"});

  rules.begin_group();
  for (int i = 0; i < 1000; ++i) rules.committed("ben", {update(R"("increment":{"n":1})")});
  rules.commit_group();
  const std::string far = update(R"("baseVersion":2,"set":{"tags":[1]})");
  const std::string near = update(R"("baseVersion":3,"set":{"tags":[1]})");
  CHECK(rules.conflict("cid", {far, "", "merge"}).base_unavailable);
  CHECK(rules.conflict("cid", {far, "", "latest-wins"}).base_unavailable);
  rules.committed("cid", {near, "", "merge"});
}

TEST_CASE("decide: the base of a stale edit is found also among the group's own versions") {
  Rules rules = with_changed_price();
  rules.begin_group();
  rules.committed("ben", {update(R"("baseVersion":2,"set":{"price":21})")});
  rules.committed("dan", {update(R"("baseVersion":3,"set":{"price":22})")});

  CHECK(text(rules.conflict("cid", {update(R"("baseVersion":3,"set":{"price":1})")}).base).find("21") !=
        std::string::npos);
  const Conflict across = rules.conflict("cid", {update(R"("baseVersion":1,"set":{"price":1})")});
  rules.committed("cid", {update(R"("baseVersion":2,"set":{"note":"b"})"), "", "merge"});
  rules.commit_group();

  CHECK(text(across.base) == R"({"price":10,"note":"a","n":1,"tags":[]})");
  CHECK(across.changed_by.size() == 3);
  CHECK(across.message == "dan and ben changed price just now. Take theirs, keep yours, or merge.");
  CHECK(rules.data("Car", "1") == R"({"price":22,"note":"b","n":1,"tags":[]})");
}

TEST_CASE("decide: staleness comes before the guard, the guard before the change [law 5]") {
  Rules rules = with_changed_price();
  const std::string guarded = R"("guard":{"n":7},"set":{"price.x":1})";

  rules.conflict("cid", {update(R"("baseVersion":1,)" + guarded)});
  CHECK(rules.rejected("cid", {update(R"("baseVersion":2,)" + guarded)}).code == RejectedCode::guard_failed);
  CHECK(rules.rejected("cid", {update(R"("baseVersion":2,"guard":{"n":1},"set":{"price.x":1})")}).code ==
        RejectedCode::invalid);
}

TEST_CASE("decide: one's own change elsewhere is told as such") {
  Rules rules = with_changed_price();

  const Conflict why = rules.conflict("ben", {update(R"("baseVersion":1,"set":{"price":30})")});

  CHECK(why.message == "You changed price 2 minutes ago. Take theirs, keep yours, or merge.");
}

TEST_CASE("decide: a stale restore follows its strategy like any edit [law 5]") {
  Rules rules = with_changed_price();
  rules.committed("dan", {update(R"("baseVersion":2,"set":{"note":"d"})")});
  const std::string back =
      R"({"op":"restore","entityType":"Car","entityId":"1","baseVersion":2,"toVersion":1})";

  rules.conflict("cid", {back});
  rules.committed("cid", {back, "", "merge"});

  CHECK(rules.data("Car", "1") == R"({"price":10,"note":"d","n":1,"tags":[]})");
}
