// The schema of a type at work: what an edit may make of a record.
#include "tests/storage/rules.hpp"

using namespace coterie;
using coterie::testing::object_of;
using coterie::testing::Rules;

namespace {

TypeRules with_schema(std::string_view schema) {
  TypeRules rules;
  const auto compiled = JsonSchema::compile(object_of(schema));
  REQUIRE_MESSAGE(compiled.has_value(), compiled.error().message);
  rules.schema = *compiled;
  return rules;
}

constexpr std::string_view kBooking =
    R"({"type":"object","required":["name"],"properties":{"name":{"type":"string","minLength":1},)"
    R"("price":{"type":"number","minimum":0},"lines":{"type":"array","items":{"type":"object",)"
    R"("properties":{"count":{"type":"integer"}}}}}})";

std::string create(const std::string& id, const std::string& data) {
  return R"({"op":"create","entityType":"Booking","entityId":")" + id + R"(","data":)" + data + "}";
}
std::string update(const std::string& members) {
  return R"({"op":"update","entityType":"Booking","entityId":"1",)" + members + "}";
}

}  // namespace

TEST_CASE(
    "decide: the state after an operation must fit the type's schema, and the field at fault is named") {
  Rules rules;
  rules.configure("Booking", with_schema(kBooking));
  rules.committed("ann", {create("1", R"({"name":"tent","price":5})")});

  const Rejected missing = rules.rejected("ann", {create("2", R"({"price":5})")});
  const Rejected wrong = rules.rejected("ann", {update(R"("baseVersion":1,"set":{"price":"five"})")});
  const Rejected counted = rules.rejected("ann", {update(R"("increment":{"price":-9})")});
  const Rejected inside =
      rules.rejected("ann", {update(R"("baseVersion":1,"set":{"lines":[{"count":1},{"count":0.5}]})")});
  const Rejected unset = rules.rejected("ann", {update(R"("baseVersion":1,"unset":["name"])")});

  CHECK(missing.code == RejectedCode::invalid);
  CHECK(missing.field == "name");
  CHECK(missing.message.find("required") != std::string::npos);
  CHECK(wrong.field == "price");
  CHECK(counted.field == "price");
  CHECK(inside.field == "lines");
  CHECK(unset.field == "name");
  CHECK_FALSE(missing.current);
  rules.committed("ann", {update(R"("increment":{"price":-5})")});
  rules.committed("ann", {R"({"op":"create","entityType":"Other","data":{"price":"five"}})"});
}

TEST_CASE(
    "decide: a record that was wrong before its rule came may be edited, mended and deleted, not made "
    "worse") {
  Rules rules;
  rules.committed("ann", {create("1", R"({"name":"","price":-1,"note":"a"})")});
  rules.configure("Booking", with_schema(kBooking));

  rules.committed("ann", {update(R"("baseVersion":1,"set":{"note":"b"})")});
  const Rejected worse = rules.rejected("ann", {update(R"("baseVersion":2,"set":{"lines":5})")});
  rules.committed("ann", {update(R"("baseVersion":2,"set":{"price":3})")});
  const Rejected again = rules.rejected("ann", {update(R"("baseVersion":3,"set":{"price":-1})")});
  rules.committed("ann", {R"({"op":"delete","entityType":"Booking","entityId":"1","baseVersion":3})"});

  CHECK(worse.field == "lines");
  CHECK(again.field == "price");
}

TEST_CASE("decide: what was wrong before counts within the group as well") {
  Rules rules;
  rules.committed("ann", {create("1", R"({"name":"","price":-1})")});
  rules.configure("Booking", with_schema(kBooking));
  rules.begin_group();

  rules.committed("ann", {update(R"("baseVersion":1,"set":{"price":3})")});
  const Rejected again = rules.rejected("ann", {update(R"("baseVersion":2,"set":{"price":-1})")});
  rules.committed("ann", {update(R"("baseVersion":2,"set":{"note":"x"})")});

  rules.commit_group();
  CHECK(again.field == "price");
  CHECK(rules.data("Booking", "1") == R"({"name":"","price":3,"note":"x"})");
}

TEST_CASE("decide: a restore and a re-creation must fit the schema too") {
  Rules rules;
  rules.committed("ann", {create("1", R"({"price":-1})")});
  rules.committed("ann", {update(R"("baseVersion":1,"set":{"price":1,"name":"x"})")});
  rules.configure("Booking", with_schema(kBooking));

  rules.rejected("ann",
                 {R"({"op":"restore","entityType":"Booking","entityId":"1","baseVersion":2,"toVersion":1})"});
  rules.committed("ann", {R"({"op":"delete","entityType":"Booking","entityId":"1","baseVersion":2})"});
  rules.rejected("ann", {create("1", R"({"price":-1})")});
  rules.rejected("ann",
                 {R"({"op":"restore","entityType":"Booking","entityId":"1","baseVersion":3,"toVersion":1})"});
  rules.committed(
      "ann", {R"({"op":"restore","entityType":"Booking","entityId":"1","baseVersion":3,"toVersion":2})"});
}
