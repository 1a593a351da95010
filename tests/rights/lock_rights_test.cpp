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

struct World {
  WorldOptions options = [] {
    WorldOptions options;
    options.access = rules_from(kSales);
    return options;
  }();
  ServiceWorld world{options};
  Person root{world, "root", Roles({"admin"})};
  Person ann{world, "ann", Roles({"sales"})};
  Person bob{world, "bob", Roles({"boss", "sales"})};
  Person gil{world, "gil", Roles({"guest"})};

  World() {
    root.ask(
        R"("type":"mutate","mutationId":"1","ops":[{"op":"create","entityType":"Tent","entityId":"a","data":{"n":1}}])");
  }
  static std::string lock(const char* more = "") {
    return std::string(R"("type":"lock","entityType":"Tent","entityId":"a","field":"n")") + more;
  }
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
  const auto locks = [&] { return w.world.state.locks.size(); };
  CHECK(locks() == 2);

  w.world.change_rules(rules_from(kNoLocks));
  w.world.until([&] { return locks() == 1; });

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
  w.world.until([&] { return w.world.state.locks.size() == 0; });
  CHECK(code_of(w.bob.ask(World::lock())) == "locked");
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
