#include "server/cli/edit_request.hpp"

#include <doctest/doctest.h>

#include "protocol/decode.hpp"
#include "tests/support/json.hpp"

namespace coterie {

using testing::object_of;

TEST_CASE("Edit: a value is JSON where it is JSON, and text where it is not") {
  CHECK(parse_assignment("Horsepower=200")->second == 200);
  CHECK(parse_assignment("Name=ford torino")->second == "ford torino");
  CHECK(parse_assignment("zip=\"00501\"")->second == "00501");
  CHECK(parse_assignment("zip=00501")->second == "00501");
  CHECK(parse_assignment("note=")->second == "");
  CHECK(parse_assignment("formula=a=b")->second == "a=b");
  CHECK(parse_assignment("note=null")->second.is_null());
  CHECK(parse_assignment("tags=[\"a\"]")->second == testing::value_of(R"(["a"])"));
  CHECK(parse_assignment("address.city=Bonn")->first == "address.city");
}

TEST_CASE("Edit: what is no assignment is refused with an example") {
  CHECK(parse_assignment("Horsepower").error().message.find("field=value") != std::string::npos);
  CHECK(parse_assignment("=1").has_error());
  CHECK(parse_assignment("$id=1").has_error());
  CHECK(parse_assignment("a..b=1").has_error());
}

TEST_CASE("Edit: the flags become one operation that the protocol takes") {
  EditFlags flags;
  flags.assignments = {"address.city=Bonn", "Horsepower=200"};
  flags.unset = {"note"};
  flags.base = 3;
  flags.strategy = "merge";

  const auto operation = make_operation(flags, {"Vehicle", "1"});

  REQUIRE(operation.has_value());
  CHECK(*operation == object_of(R"({"op":"update","entityType":"Vehicle","entityId":"1","baseVersion":3,
      "strategy":"merge","set":{"address.city":"Bonn","Horsepower":200},"unset":["note"]})"));
  CHECK_FALSE(needs_base(*operation));
  CHECK(decode_operation(*operation, {}).has_value());
}

TEST_CASE("Edit: --create builds the document from the paths, and lets the server name it") {
  EditFlags flags;
  flags.create = true;
  flags.assignments = {"address.city=Bonn", "address.zip=\"53113\""};

  const auto operation = make_operation(flags, {"Person", ""});

  REQUIRE(operation.has_value());
  CHECK(
      *operation ==
      object_of(R"({"op":"create","entityType":"Person","data":{"address":{"city":"Bonn","zip":"53113"}}})"));
}

TEST_CASE("Edit: a base is asked for where the protocol asks for it") {
  const auto needs = [](EditFlags flags) { return needs_base(*make_operation(flags, {"Stock", "1"})); };
  EditFlags set, guarded, increment, remove, restore;
  set.assignments = {"a=1"};
  guarded.assignments = {"a=1"};
  guarded.guard = R"({"a":0})";
  increment.increment = {"a=-2"};
  remove.remove = true;
  restore.restore = 2;

  CHECK(needs(set));
  CHECK_FALSE(needs(guarded));
  CHECK_FALSE(needs(increment));
  CHECK(needs(remove));
  CHECK(needs(restore));
}

TEST_CASE("Edit: flags that do not go together are refused") {
  const auto refused = [](EditFlags flags) { return make_operation(flags, {"Stock", "1"}).has_error(); };
  EditFlags nothing, both, with_fields, not_a_number, twice;
  both.create = both.remove = true;
  with_fields.remove = true;
  with_fields.assignments = {"a=1"};
  not_a_number.increment = {"a=x"};
  twice.assignments = {"a=1", "a=2"};

  CHECK(refused(nothing));
  CHECK(refused(both));
  CHECK(refused(with_fields));
  CHECK(refused(not_a_number));
  CHECK(refused(twice));
}

TEST_CASE("Edit: merging writes only what leads from theirs to the proposal") {
  const auto operation =
      operation_towards({"Vehicle", "1"}, object_of(R"({"a":2,"b":1,"c":1})"), object_of(R"({"a":2,"b":5})"));
  REQUIRE(operation.has_value());
  CHECK(operation->at("set") == testing::value_of(R"({"b":5})"));
  CHECK(operation->at("unset") == testing::value_of(R"(["c"])"));

  CHECK_FALSE(
      operation_towards({"Vehicle", "1"}, object_of(R"({"a":1})"), object_of(R"({"a":1})")).has_value());
}

}  // namespace coterie
