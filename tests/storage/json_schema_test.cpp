// What a schema may say, and what it finds.
#include "storage/json_schema.hpp"

#include "tests/storage/rules.hpp"

using namespace coterie;
using coterie::testing::object_of;
namespace json = boost::json;

namespace {

std::shared_ptr<const JsonSchema> schema(std::string_view text) {
  auto compiled = JsonSchema::compile(object_of(text));
  REQUIRE_MESSAGE(compiled.has_value(), compiled.error().member << ": " << compiled.error().message);
  return *compiled;
}

std::string faults(std::string_view rule, std::string_view document) {
  const auto compiled = schema(rule);
  const json::value value(object_of(document));
  std::string out;
  for (const SchemaFault& fault : compiled->faults(value)) out += fault.field + ": " + fault.message + '\n';
  CHECK(compiled->accepts(value) == out.empty());
  return out;
}

Error refused(std::string_view text) {
  const auto compiled = JsonSchema::compile(object_of(text));
  REQUIRE(compiled.has_error());
  CHECK(compiled.error().code == ErrorCode::bad_request);
  return compiled.error();
}

}  // namespace

TEST_CASE("Schema: faults name the field, a list as a whole, and the rule") {
  constexpr const char* kRule =
      R"({"required":["a"],"properties":{"o":{"type":"object","required":["x"],"properties":{"x":{"type":"integer"}}},)"
      R"("l":{"items":{"properties":{"0":{"type":"boolean"}}}}}})";

  CHECK(faults(kRule, R"({"a":1,"o":{"x":1}})").empty());
  CHECK(faults(kRule, "{}").starts_with("a: The schema requires this field (required)."));
  CHECK(faults(kRule, R"({"a":1,"o":{}})").starts_with("o.x: "));
  CHECK(faults(kRule, R"({"a":1,"o":{"x":0.5}})").starts_with("o.x: "));
  CHECK(faults(kRule, R"({"a":1,"l":[{"0":true},{"0":1}]})").starts_with("l: "));
}

TEST_CASE("Schema: patterns and formats are kept, in time that grows with the text alone [law 6]") {
  constexpr const char* kRule =
      R"({"properties":{"code":{"pattern":"^(a+)+$"},"day":{"format":"date"},"at":{"format":"date-time"}}})";
  std::string long_text(48 * 1024, 'a');

  CHECK(faults(kRule, R"({"code":"aaa","day":"2024-02-29","at":"2026-01-01T10:00:00.5Z"})").empty());
  CHECK(faults(kRule, R"({"code":")" + long_text + R"("})").empty());
  CHECK(faults(kRule, R"({"code":")" + long_text + R"(!"})")
            .starts_with("code: The text does not match the pattern"));
  CHECK(faults(kRule, R"({"day":"2025-02-29"})").starts_with("day: The text does not have the format date."));
  CHECK(faults(kRule, R"({"day":")" + std::string(48 * 1024, '1') + R"("})").starts_with("day: "));
  CHECK(faults(kRule, R"({"code":5,"day":null})").empty());  // only texts are asked
}

TEST_CASE("Schema: unique items are counted, and a list of them is bounded [law 6]") {
  constexpr const char* kRule = R"({"properties":{"l":{"uniqueItems":true},"free":{"uniqueItems":false}}})";
  std::string many = "[0";
  for (int i = 1; i <= 500; ++i) many += "," + std::to_string(i);
  many += "]";

  CHECK(faults(kRule, R"({"l":[1,"1",{"a":1,"b":2}],"free":[1,1]})").empty());
  CHECK(faults(kRule, R"({"l":[{"a":1,"b":2},{"b":2,"a":1}]})").starts_with("l: "));
  CHECK(faults(kRule, R"({"l":)" + many + "}").starts_with("l: "));
}

TEST_CASE("Schema: multiples are those that people mean") {
  constexpr const char* kRule =
      R"({"properties":{"cents":{"multipleOf":0.01},"whole":{"multipleOf":1},"dozen":{"multipleOf":12}}})";

  for (const char* good : {"1234.56", "0.07", "19.99", "-3.1", "0", "9007199254740991"}) {
    CHECK_MESSAGE(faults(kRule, R"({"cents":)" + std::string(good) + "}").empty(), good);
  }
  CHECK(faults(kRule, R"({"cents":0.005})")
            .starts_with("cents: The number must be a multiple of 0.01 (multipleOf)."));
  CHECK(faults(kRule, R"({"cents":1234.567})").starts_with("cents: "));
  CHECK(faults(kRule, R"({"whole":2.5})")
            .starts_with("whole: The number must be a multiple of 1 (multipleOf)."));
  CHECK(faults(kRule, R"({"whole":2,"dozen":36})").empty());
  CHECK(faults(kRule, R"({"dozen":13})").starts_with("dozen: "));
  CHECK(faults(kRule, R"({"dozen":"13"})").empty());
}

TEST_CASE("Schema: a reference leads to a place within, and may come back to itself") {
  constexpr const char* kTree =
      R"({"definitions":{"node":{"type":"object","properties":{"name":{"type":"string"},)"
      R"("children":{"type":"array","items":{"$ref":"#/definitions/node"}}}}},"properties":{"tree":{"$ref":"#/definitions/node"}}})";

  CHECK(faults(kTree, R"({"tree":{"name":"a","children":[{"name":"b","children":[]}]}})").empty());
  CHECK(faults(kTree, R"({"tree":{"children":[{"children":[{"name":1}]}]}})").starts_with("tree.children: "));
}

TEST_CASE("Schema: what would be ignored or cannot be done safely is refused, with its place") {
  CHECK(refused(R"({"properties":{"a":{"tpye":"string"}}})").member == "properties.a.tpye");
  CHECK(refused(R"({"properties":{"a":{"type":"strin"}}})").member == "properties.a.type");
  CHECK(refused(R"({"properties":{"a":{"minimum":"0"}}})").member == "properties.a.minimum");
  CHECK(refused(R"({"properties":{"a":{"minLength":-1}}})").member == "properties.a.minLength");
  CHECK(refused(R"({"properties":{"a":{"multipleOf":0}}})").member == "properties.a.multipleOf");
  CHECK(refused(R"({"allOf":[{},{"required":"a"}]})").member == "allOf[1].required");
  CHECK(refused(R"({"patternProperties":{"^a":{}}})").member == "patternProperties");
  CHECK(refused(R"({"unevaluatedProperties":false})").member == "unevaluatedProperties");
  CHECK(refused(R"({"$ref":"http://example.org/schema.json"})").member == "$ref");
  CHECK(refused(R"({"$ref":"other.json#/a"})").member == "$ref");
  CHECK(refused(R"({"$id":"http://example.org/a"})").member == "$id");
  CHECK(refused(R"({"$schema":"https://json-schema.org/draft/2020-12/schema"})").member == "$schema");
  CHECK(refused(R"({"properties":{"a":{"pattern":"(a"}}})").message.find("(a") != std::string::npos);
  CHECK(refused(R"s({"properties":{"a":{"pattern":"(?=a)"}}})s").message.find("RE2") != std::string::npos);
  CHECK(refused(R"({"properties":{"a":{"format":"dat"}}})").message.find("date, ") != std::string::npos);
  CHECK(refused(R"({"properties":{"a":{"$ref":"#/definitions/none"}}})").code == ErrorCode::bad_request);
  CHECK(JsonSchema::compile(json::value("text")).has_error());

  std::string deep = "{}";
  for (int i = 0; i < 62; ++i) deep = R"({"not":)" + deep + "}";
  CHECK(JsonSchema::compile(coterie::testing::object_of(deep.substr(0, deep.size()))).has_error());
}

TEST_CASE("Schema: what is told to people is left alone") {
  CHECK(
      faults(
          R"({"$schema":"http://json-schema.org/draft-07/schema#","title":"T","description":"D","default":1,)"
          R"("examples":[1],"$comment":"c","properties":{"a":{"const":1,"readOnly":true}}})",
          R"({"a":1})")
          .empty());
}
