// A conflict tells no more than its reader may see, and is decided by nobody who may not.
#include "tests/rights/rights_person.hpp"
#include "tests/rights/rules_from.hpp"

namespace coterie::testing {
namespace {

// Sales see what is open, change all but the price, and not the margin.
constexpr std::string_view kRules = R"(
[access.Tent]
read = [{role = "sales", where = {status = "open"}}, {role = "guest", where = {status = "open"}}]
update = "sales"
[access.Tent.fields]
margin = {read = ["boss"]}
price = {update = ["boss"]}
)";

struct World {
  WorldOptions options = [] {
    WorldOptions options;
    options.access = rules_from(kRules);
    return options;
  }();
  ServiceWorld world{options};
  Person root{world, "root", Roles({"admin"})};
  Person ann{world, "ann", Roles({"sales"})};
  Person ben{world, "ben", Roles({"sales"})};
  Person gil{world, "gil", Roles({"guest"})};
  int mutations = 0;

  json::object edit(Person& person, const std::string& operation, const std::string& more = {}) {
    return person.ask(R"("type":"mutate","mutationId":"m)" + std::to_string(++mutations) + "\"" + more +
                      ",\"ops\":[{" + operation + "}]");
  }
  std::string set(int base, const std::string& members) const {
    return R"("op":"update","entityType":"Tent","entityId":"a","baseVersion":)" + std::to_string(base) +
           ",\"set\":{" + members + "}";
  }
  json::object decide(Person& person, const std::string& resolution, int base) {
    return person.ask(R"("type":"decide","conflictId":1,"mutationId":"d)" + std::to_string(++mutations) +
                      R"(",)" + resolution + R"(,"baseVersion":)" + std::to_string(base));
  }
  // ann's edit of the note is in conflict with root's, at version 2.
  void keep_a_conflict() {
    edit(
        root,
        R"("op":"create","entityType":"Tent","entityId":"a","data":{"status":"open","note":"first","margin":1,"price":5})");
    edit(root, set(1, R"("note":"second")"));
    const auto kept = edit(ann, set(1, R"("note":"mine")"), R"(,"onConflict":"store")");
    REQUIRE(kept.at("conflictId") == 1);
  }
};

std::string code_of(const json::object& answer) {
  const auto* code = answer.if_contains("code");
  return code != nullptr ? std::string(code->as_string()) : text_of(answer, "type");
}

TEST_CASE("Rights: the base of a stale edit is not told where it was never to be seen [law 8]") {
  World w;
  w.edit(w.root, R"("op":"create","entityType":"Tent","entityId":"a","data":{"status":"open"})");
  w.edit(w.root, w.set(1, R"("status":"closed","note":"tok1")"));
  w.edit(w.root, w.set(2, R"("note":"tok2")"));
  w.edit(w.root, w.set(3, R"("status":"open","note":"tok3")"));

  for (const char* more : {"", R"(,"strategy":"merge")", R"(,"onConflict":"store")"}) {
    const auto blind = w.edit(w.ann, w.set(2, R"("note":"mine")"), more);
    INFO(serialized(blind));
    CHECK(text_of(blind, "type") == "conflict");
    CHECK(blind.at("base").is_null());
    CHECK(blind.at("baseUnavailable") == true);
    CHECK(tokens_in(serialized(blind)) == std::set<std::string>{"tok3"});
  }
  const auto seen = w.edit(w.ann, w.set(1, R"("note":"mine")"));
  CHECK(seen.at("base").at("status") == "open");
  for (const char* shown : {R"("type":"conflict","conflictId":1)", R"("type":"conflicts")"}) {
    CHECK(serialized(w.ben.ask(shown)).find("tok1") == std::string::npos);
    CHECK(serialized(w.ben.ask(shown)).find("tok2") == std::string::npos);
  }
}

TEST_CASE("Rights: a stored conflict is decided by who may change the record, and by nobody else [law 8]") {
  World w;
  w.keep_a_conflict();

  CHECK(code_of(w.decide(w.gil, R"("resolution":"use-mine")", 2)) == "forbidden");
  CHECK(code_of(w.decide(w.gil, R"("resolution":"use-theirs")", 2)) == "forbidden");
  CHECK(code_of(w.decide(w.gil, R"("resolution":{"set":{"note":"x"}})", 2)) == "forbidden");
  CHECK(w.root.ask(R"("type":"get","entityType":"Tent","entityId":"a")").at("version") == 2);
  CHECK(code_of(w.decide(w.ben, R"("resolution":"use-mine")", 2)) == "committed");
  CHECK(w.root.ask(R"("type":"get","entityType":"Tent","entityId":"a")").at("data").at("note") == "mine");
}

TEST_CASE("Rights: deciding a conflict writes no field that the decider may not change [law 8]") {
  World w;
  w.keep_a_conflict();

  CHECK(code_of(w.decide(w.ben, R"("resolution":{"set":{"price":1}})", 2)) == "forbidden");
  CHECK(code_of(w.decide(w.ben, R"("resolution":{"set":{"margin":9}})", 2)) == "forbidden");
  CHECK(code_of(w.decide(w.ben, R"("resolution":{"unset":["margin"]})", 2)) == "forbidden");
  const auto shown = w.ben.ask(R"("type":"conflict","conflictId":1)");
  CHECK(serialized(shown).find("margin") == std::string::npos);
  CHECK(code_of(w.decide(w.ben, R"("resolution":{"set":{"note":"ours"}})", 2)) == "committed");
  const auto now = w.root.ask(R"("type":"get","entityType":"Tent","entityId":"a")");
  CHECK(now.at("data").at("margin") == 1);
  CHECK(now.at("data").at("price") == 5);
}

TEST_CASE("Rights: a conflict of a record that one may not see is as one that is not there [law 8]") {
  World w;
  w.keep_a_conflict();
  const auto never = w.ben.ask(
      R"("type":"decide","conflictId":77,"mutationId":"x","resolution":"use-mine","baseVersion":3)");
  CHECK(code_of(never) == "not_found");
  w.edit(w.root, w.set(2, R"("status":"closed")"));

  for (Person* person : {&w.ann, &w.ben}) {
    for (const char* resolution : {R"("resolution":"use-mine")", R"("resolution":"use-theirs")"}) {
      json::object answer = w.decide(*person, resolution, 3);
      CHECK(code_of(answer) == "not_found");
      CHECK(answer.at("message") == never.at("message"));
    }
    CHECK(code_of(person->ask(R"("type":"conflict","conflictId":1)")) == "not_found");
    CHECK(person->ask(R"("type":"conflicts")").at("conflicts").as_array().empty());
  }
  CHECK(code_of(w.decide(w.root, R"("resolution":"use-mine")", 3)) == "committed");
}

TEST_CASE("Rights: a decision that comes too late tells what its decider may see [law 8]") {
  World w;
  w.keep_a_conflict();
  w.edit(w.root, w.set(2, R"("margin":7,"price":6)"));

  const auto late = w.decide(w.ben, R"("resolution":"use-mine")", 2);

  CHECK(text_of(late, "type") == "conflict");
  CHECK(serialized(late).find("margin") == std::string::npos);
  CHECK(late.at("current").at("price") == 6);
}

}  // namespace
}  // namespace coterie::testing
