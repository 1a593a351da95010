// Locks, presence and signals under rules, and when the rules change.
#include "tests/rights/rights_person.hpp"
#include "tests/rights/rules_from.hpp"

namespace coterie::testing {
namespace {

constexpr std::string_view kSales = R"(
[access.Tent]
read = "*"
update = "sales"
steal = "boss"
presence = ["sales", "boss"]
signal = "boss"
)";
constexpr std::string_view kNoLocks = R"(
[access.Tent]
read = "*"
update = "sales"
lock = "boss"
)";

constexpr std::string_view kOpenOnly = R"(
[access.Tent]
read = "*"
update = [{role = "sales", where = {n = 1}}, "boss"]
)";

struct World {
  explicit World(std::string_view rules = kSales) : options{.access = rules_from(rules)} {
    root.ask(
        R"("type":"mutate","mutationId":"1","ops":[{"op":"create","entityType":"Tent","entityId":"a","data":{"n":1}}])");
  }
  WorldOptions options;
  ServiceWorld world{options};
  Person root{world, "root", Roles({"admin"})};
  Person ann{world, "ann", Roles({"sales"})};
  Person bob{world, "bob", Roles({"boss", "sales"})};
  Person gil{world, "gil", Roles({"guest"})};

  static std::string lock(const char* more = "", const char* field = "n") {
    return std::string(R"("type":"lock","entityType":"Tent","entityId":"a","field":")") + field + '"' + more;
  }
  static std::string set_n(const char* mutation, int n) {
    return std::string(R"("type":"mutate","mutationId":")") + mutation +
           R"(","ops":[{"op":"update","entityType":"Tent","entityId":"a","baseVersion":1,"set":{"n":)" +
           std::to_string(n) + "}}]";
  }
  std::size_t locks() const { return world.state.locks.size(); }
};

std::string code_of(const json::object& answer) {
  const auto* code = answer.if_contains("code");
  return code != nullptr ? std::string(code->as_string()) : text_of(answer, "type");
}
std::size_t count(const Texts& texts, const std::string& part) {
  return static_cast<std::size_t>(std::count_if(
      texts.begin(), texts.end(), [&](const auto& text) { return text.find(part) != std::string::npos; }));
}

TEST_CASE("Rights: who may lock, who may take another's lock [law 8]") {
  World w;
  CHECK(code_of(w.gil.ask(World::lock())) == "forbidden");
  CHECK(code_of(w.ann.ask(World::lock())) == "locked");
  CHECK(code_of(w.bob.ask(World::lock())) == "denied");
  CHECK(code_of(w.gil.ask(World::lock(R"(,"steal":true)"))) == "forbidden");
  CHECK(code_of(w.bob.ask(World::lock(R"(,"steal":true)"))) == "locked");
  CHECK(code_of(w.ann.ask(World::lock(R"(,"steal":true)"))) == "forbidden");
}

TEST_CASE("Rights: a change of rules frees the locks that one may hold no more, and those alone [law 8]") {
  World w;
  w.gil.rooms[1];
  w.gil.join(1);
  REQUIRE(code_of(w.ann.ask(World::lock())) == "locked");
  REQUIRE(code_of(w.bob.ask(R"("type":"lock","entityType":"Tent","entityId":"a","field":"m")")) == "locked");
  CHECK(w.locks() == 2);

  w.world.change_rules(rules_from(kNoLocks));
  w.world.until([&] { return w.locks() == 1; });

  CHECK_FALSE(w.world.state.locks.find({EntityType{"Tent"}, EntityId{"a"}}, "n").has_value());
  CHECK(w.world.state.locks.find({EntityType{"Tent"}, EntityId{"a"}}, "m")->holder.user == UserId{"bob"});
  CHECK(code_of(w.ann.ask(World::lock())) == "forbidden");
  CHECK(code_of(w.bob.ask(World::lock())) == "locked");
  w.gil.catch_up();
  CHECK(std::count_if(w.gil.texts.begin(), w.gil.texts.end(), [](const std::string& text) {
          return text.find(R"("type":"lock","state":"released")") != std::string::npos;
        }) == 1);
}

TEST_CASE("Rights: a role that is taken away frees its locks [law 8]") {
  World w;
  REQUIRE(code_of(w.ann.ask(World::lock())) == "locked");
  w.world.rights.roles_changed(UserId{"ann"}, Roles({"guest"}));
  w.world.until([&] { return w.locks() == 0; });
  CHECK(code_of(w.bob.ask(World::lock())) == "locked");
}

TEST_CASE("Rights: an edit by which a record leaves a rule frees the locks held by that rule [law 8]") {
  World w(kOpenOnly);
  w.gil.rooms[1];
  w.gil.join(1);
  REQUIRE(code_of(w.ann.ask(World::lock("", "m"))) == "locked");
  REQUIRE(code_of(w.bob.ask(World::lock("", "o"))) == "locked");

  CHECK(code_of(w.bob.ask(World::set_n("2", 2))) == "committed");
  w.world.until([&] { return w.locks() == 1; });

  CHECK(w.world.state.locks.find({EntityType{"Tent"}, EntityId{"a"}}, "o").has_value());
  CHECK(code_of(w.bob.ask(World::lock("", "m"))) == "locked");
  for (Person* person : {&w.gil, &w.ann}) {
    person->catch_up();
    CHECK(count(person->texts, R"("state":"released")") == 1);
  }
}

TEST_CASE("Rights: an edit that keeps a record within the rule, or is refused, frees no lock") {
  World w(kOpenOnly);
  REQUIRE(code_of(w.ann.ask(World::lock("", "m"))) == "locked");

  CHECK(code_of(w.bob.ask(World::set_n("2", 1))) == "committed");
  CHECK(code_of(w.gil.ask(World::set_n("3", 2))) == "forbidden");

  CHECK(code_of(w.bob.ask(World::lock("", "m"))) == "denied");
}

TEST_CASE("Rights: whoever ends its right by its own edit holds no lock afterwards [law 8]") {
  World w(kOpenOnly);
  REQUIRE(code_of(w.ann.ask(World::lock())) == "locked");
  w.world.change_rules(
      rules_from("[access.Tent]\nread = \"*\"\nupdate = \"*\"\n"
                 "lock = {role = \"sales\", where = {n = 1}}\n"));

  CHECK(code_of(w.ann.ask(World::set_n("2", 2))) == "committed");
  w.world.until([&] { return w.locks() == 0; });
}

TEST_CASE(
    "Rights: new rules with a condition free the locks of records that they do not let through [law 8]") {
  World w;
  w.root.ask(
      R"("type":"mutate","mutationId":"4","ops":[{"op":"create","entityType":"Tent","entityId":"b","data":{"n":2}}])");
  REQUIRE(code_of(w.ann.ask(World::lock())) == "locked");
  REQUIRE(code_of(w.ann.ask(R"("type":"lock","entityType":"Tent","entityId":"b")")) == "locked");

  w.world.change_rules(rules_from(kOpenOnly));
  w.world.until([&] { return w.locks() == 1; });

  CHECK(w.world.state.locks.find({EntityType{"Tent"}, EntityId{"a"}}, "n").has_value());
  w.ann.catch_up();
  CHECK(count(w.ann.texts, R"("state":"released")") == 1);
}

TEST_CASE("Rights: a role that is taken away frees the locks that its others let through no more [law 8]") {
  World w(kOpenOnly);
  w.root.ask(
      R"("type":"mutate","mutationId":"4","ops":[{"op":"create","entityType":"Tent","entityId":"b","data":{"n":2}}])");
  REQUIRE(code_of(w.bob.ask(World::lock())) == "locked");
  REQUIRE(code_of(w.bob.ask(R"("type":"lock","entityType":"Tent","entityId":"b")")) == "locked");

  w.world.rights.roles_changed(UserId{"bob"}, Roles({"sales"}));
  w.world.until([&] { return w.locks() == 1; });

  CHECK(w.world.state.locks.find({EntityType{"Tent"}, EntityId{"a"}}, "n").has_value());
}

TEST_CASE("Rights: who may be shown in a room and who may speak to it [law 8]") {
  World w;
  for (Person* person : {&w.ann, &w.bob, &w.gil}) {
    person->rooms[1];
    person->join(1);
  }
  const std::string presence = R"("type":"presence","subscription":1,"state":{"at":"n"})";
  const std::string signal = R"("type":"signal","subscription":1,"name":"hi","data":{})";
  CHECK(code_of(w.gil.ask(presence)) == "forbidden");
  CHECK(code_of(w.ann.ask(presence)) == "ok");
  CHECK(code_of(w.bob.ask(presence)) == "ok");
  CHECK(code_of(w.gil.ask(signal)) == "forbidden");
  CHECK(code_of(w.ann.ask(signal)) == "forbidden");
  CHECK(code_of(w.bob.ask(signal)) == "ok");
  w.gil.catch_up();
  CHECK(count(w.gil.texts, R"("name":"hi")") == 1);

  w.world.change_rules(rules_from("[access.Tent]\nread = \"*\"\nsignal = \"sales\"\npresence = \"boss\"\n"));
  CHECK(code_of(w.ann.ask(signal)) == "ok");
  CHECK(code_of(w.ann.ask(presence)) == "forbidden");
  CHECK(code_of(w.gil.ask(signal)) == "forbidden");
  CHECK(code_of(w.bob.ask(presence)) == "ok");
}

TEST_CASE("Rights: who may not be shown any more is taken out of the room at once [law 8]") {
  World w;
  for (Person* person : {&w.ann, &w.bob, &w.gil}) {
    person->rooms[1];
    person->join(1);
  }
  const std::string presence = R"("type":"presence","subscription":1,"state":{"at":"n"})";
  REQUIRE(code_of(w.ann.ask(presence)) == "ok");
  REQUIRE(code_of(w.bob.ask(presence)) == "ok");
  const auto shown = [&] { return w.world.state.presence.list(RoomKey{EntityType{"Tent"}, std::nullopt}); };
  w.gil.catch_up();
  REQUIRE(shown().size() == 2);

  w.world.change_rules(rules_from("[access.Tent]\nread = \"*\"\npresence = \"boss\"\n"));
  w.gil.catch_up();

  REQUIRE(shown().size() == 1);
  CHECK(shown().front().user == UserId{"bob"});
  CHECK(count(w.gil.texts, R"("leaves":[{)") == 1);
}

}  // namespace
}  // namespace coterie::testing
