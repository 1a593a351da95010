#include "storage/unique_key.hpp"

#include "tests/storage/rules.hpp"

using namespace coterie;
using coterie::testing::object_of;

namespace {

std::optional<std::string> text(std::initializer_list<const char*> names, std::string_view document) {
  FieldGroup group;
  for (const char* name : names) group.push_back(FieldPath::parse(name).value());
  return unique_text(group, object_of(document));
}

}  // namespace

TEST_CASE("Unique values: equal values have equal texts, others do not") {
  CHECK(text({"a"}, R"({"a":{"x":1,"y":[{"p":1,"q":2}]}})") ==
        text({"a"}, R"({"a":{"y":[{"q":2,"p":1}],"x":1.0}})"));
  CHECK(text({"a"}, R"({"a":1})") != text({"a"}, R"({"a":"1"})"));
  CHECK(text({"a"}, R"({"a":[1,2]})") != text({"a"}, R"({"a":[2,1]})"));
  CHECK(text({"a", "b"}, R"({"a":"x,\"","b":"y"})") != text({"a", "b"}, R"({"a":"x","b":",\"y"})"));
  CHECK(text({"a", "b"}, R"({"a":"x\",\"y","b":"z"})") != text({"a", "b"}, R"({"a":"x","b":"y\",\"z"})"));
  CHECK(text({"a"}, R"({"a":""})").has_value());
}

TEST_CASE("Unique values: where one is absent or null there is none") {
  CHECK_FALSE(text({"a"}, "{}"));
  CHECK_FALSE(text({"a"}, R"({"a":null})"));
  CHECK_FALSE(text({"a", "b"}, R"({"a":1})"));
  CHECK_FALSE(text({"a.b"}, R"({"a":5})"));
}

TEST_CASE(
    "Unique values: of many duplicates twenty are told by their ids, and how many more there are [law 6]") {
  Duplicates duplicates;
  for (int i = 0; i < 25; ++i) {
    duplicates.add(EntityId{"a"}, EntityId{"b" + std::to_string(i)});
  }
  const std::string message =
      duplicates.error(EntityType{"Car"}, {FieldPath::parse("plate").value()}).message;

  CHECK(message.find("b19") != std::string::npos);
  CHECK(message.find("b20") == std::string::npos);
  CHECK(message.find("and 5 more") != std::string::npos);
  CHECK(message.size() < 1000);
}
