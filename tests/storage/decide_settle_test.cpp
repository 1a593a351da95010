// Stale edits under the strategies and policies of their type.
#include "protocol/json.hpp"
#include "tests/storage/rules.hpp"

using namespace coterie;
using coterie::testing::Rules;

namespace {

TypeRules merging(std::initializer_list<std::pair<const char*, ClashPolicy>> policies) {
  TypeRules rules;
  rules.strategy = Strategy::merge;
  for (const auto& [path, policy] : policies) rules.clashes.set(FieldPath::parse(path).value(), policy);
  return rules;
}

std::string update(const std::string& members) {
  return R"({"op":"update","entityType":"Car","entityId":"1",)" + members + "}";
}

// Version 1 by ann; version 2 by ben, who changed price, note, stock and tags.
Rules changed_by_ben(TypeRules type) {
  Rules rules;
  rules.configure("Car", std::move(type));
  rules.committed("ann", {R"({"op":"create","entityType":"Car","entityId":"1",)"
                          R"("data":{"price":10,"note":"a","stock":5,"tags":["x"]}})"});
  rules.committed("ben",
                  {update(R"("baseVersion":1,"set":{"price":20,"note":"b","stock":4,"tags":["x","y"]})")});
  return rules;
}

std::string text(const std::vector<std::pair<FieldPath, FieldVerdict>>& fields) {
  std::string out;
  for (const auto& [path, verdict] : fields) out += path.text() + '=' + std::string(to_text(verdict)) + ' ';
  return out;
}

}  // namespace

TEST_CASE(
    "decide: a type settles each clash as it says, and the answer names what was taken or combined [law 5]") {
  Rules rules = changed_by_ben(merging({{"price", ClashPolicy::mine},
                                        {"note", ClashPolicy::theirs},
                                        {"stock", ClashPolicy::sum},
                                        {"tags", ClashPolicy::set}}));

  const auto answer = rules.committed(
      "cid", {update(R"("baseVersion":1,"set":{"price":30,"note":"c","stock":2,"tags":["x","z"]})")});

  CHECK(rules.data("Car", "1") == R"({"price":30,"note":"b","stock":1,"tags":["x","y","z"]})");
  CHECK(to_json_text(answer.at("results").at(0).at("merged")) == R"(["note","stock","tags"])");
  CHECK(rules.log().back().cause == Cause::merge);
}

TEST_CASE("decide: where one clash is not settled nothing is, and the proposal holds what was [law 5]") {
  Rules rules = changed_by_ben(merging({{"stock", ClashPolicy::sum}, {"tags", ClashPolicy::set}}));

  const Conflict why =
      rules.conflict("cid", {update(R"("baseVersion":1,"set":{"price":30,"stock":2,"tags":["z"]})")});

  CHECK(text(why.fields) == "note=theirs price=clash stock=combined tags=combined ");
  CHECK(to_json_text(*why.merged) == R"({"price":20,"note":"b","stock":1,"tags":["y","z"]})");
  CHECK(why.message.find("price") != std::string::npos);
}

TEST_CASE("decide: a conflict under reject proposes what the type would make of it") {
  TypeRules type = merging({{"stock", ClashPolicy::sum}});
  type.strategy = Strategy::reject;
  Rules rules = changed_by_ben(std::move(type));

  const Conflict why = rules.conflict("cid", {update(R"("baseVersion":1,"set":{"stock":2})")});

  CHECK(to_json_text(*why.merged) == R"({"price":20,"note":"b","stock":1,"tags":["x","y"]})");
  rules.committed("cid", {update(R"("baseVersion":1,"set":{"stock":2})"), "", "merge"});
}

TEST_CASE("decide: whose change a policy wrote over is told, and nobody else") {
  Rules rules = changed_by_ben(merging({{"price", ClashPolicy::latest}, {"stock", ClashPolicy::sum}}));

  const Decision decision =
      rules.decide_for("cid", {update(R"("baseVersion":1,"set":{"price":30,"stock":6})")});

  REQUIRE(std::holds_alternative<CommittedAnswer>(decision.outcome));
  REQUIRE(decision.overwritten.size() == 1);
  CHECK(decision.overwritten[0].user == UserId{"ben"});
  REQUIRE(decision.overwritten[0].fields.size() == 1);
  CHECK(decision.overwritten[0].fields[0].text() == "price");
}

TEST_CASE("decide: a restore is settled like any edit") {
  Rules rules = changed_by_ben(merging({{"price", ClashPolicy::theirs},
                                        {"tags", ClashPolicy::theirs},
                                        {"note", ClashPolicy::theirs},
                                        {"stock", ClashPolicy::mine}}));
  rules.committed("ann", {update(R"("baseVersion":2,"set":{"stock":9,"price":11})")});

  rules.committed("cid",
                  {R"({"op":"restore","entityType":"Car","entityId":"1","baseVersion":2,"toVersion":1})"});

  CHECK(rules.data("Car", "1") == R"({"price":11,"note":"a","stock":5,"tags":["x"]})");
}

TEST_CASE("decide: the type's strategy holds where none is named; one it forbids is invalid, stale or not") {
  TypeRules type = merging({});
  type.strategies = {Strategy::merge};
  Rules rules = changed_by_ben(std::move(type));

  rules.committed("cid", {update(R"("baseVersion":1,"set":{"colour":"red"})")});
  const Rejected named =
      rules.rejected("cid", {update(R"("baseVersion":3,"set":{"price":1},"strategy":"latest-wins")")});
  const Rejected inherited =
      rules.rejected("cid", {update(R"("baseVersion":3,"set":{"price":1})"), "", "latest-wins"});

  CHECK(named.code == RejectedCode::invalid);
  CHECK(named.message.find("reject or merge") != std::string::npos);
  CHECK(inherited.code == RejectedCode::invalid);
  rules.conflict(
      "cid", {update(R"("baseVersion":1,"set":{"price":1},"strategy":"reject")")});  // may always be asked
  rules.committed("cid", {R"({"op":"create","entityType":"Van","data":{}})", "", "latest-wins"});
}
