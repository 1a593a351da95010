#include "tests/support/json.hpp"

namespace json = boost::json;
using namespace coterie;
using namespace coterie::testing;

TEST_CASE("Field path: steps with dots between them") {
  const FieldPath path = path_of("address.city");
  CHECK(path.text() == "address.city");
  CHECK(path.steps() == std::vector<std::string>{"address", "city"});
  CHECK(path_of("note").steps() == std::vector<std::string>{"note"});
  CHECK(path_of("address").child("city") == path);
  CHECK(FieldPath().child("address").child("city").steps() == path.steps());
}

TEST_CASE("Field path: a step that is no member name is refused") {
  for (const char* bad : {"", ".", "a.", ".a", "a..b", "$id", "a.$b", "a\n", "a.\x01", "a.\x7F"}) {
    const auto path = FieldPath::parse(bad);
    REQUIRE(!path);
    CHECK(path.error().code == ErrorCode::bad_name);
  }
}

TEST_CASE("Field path: at most as deep as a document [law 6]") {
  std::string text = "a";
  for (std::size_t i = 1; i < kMaxDepth; ++i) text += ".a";
  CHECK(FieldPath::parse(text)->steps().size() == kMaxDepth);
  CHECK(FieldPath::parse(text + ".a").error().code == ErrorCode::too_large);
}

TEST_CASE("Field path: overlaps with itself, its parents and its children, with nothing else") {
  const auto overlap = [](const char* a, const char* b) {
    CHECK(path_of(a).overlaps(path_of(b)) == path_of(b).overlaps(path_of(a)));
    return path_of(a).overlaps(path_of(b));
  };
  CHECK(overlap("a", "a"));
  CHECK(overlap("a", "a.b"));
  CHECK(overlap("a", "a.b.c"));
  CHECK(overlap("a.b", "a.b.c"));
  CHECK(!overlap("a", "b"));
  CHECK(!overlap("a", "ab"));
  CHECK(!overlap("a", "a-b"));
  CHECK(!overlap("a.b", "a.c"));
  CHECK(!overlap("a.b", "a.bc"));
  CHECK(!overlap("b", "a.b"));
}

TEST_CASE("Field path: finds a value through objects only") {
  const json::object document = object_of(R"({"a":{"b":{"c":null}},"list":[{"x":1}],"text":"t"})");
  CHECK(*find(document, path_of("a.b")) == value_of(R"({"c":null})"));
  CHECK(find(document, path_of("a.b.c"))->is_null());
  CHECK(find(document, path_of("list"))->is_array());
  for (const char* absent : {"x", "a.x", "a.b.c.d", "list.0", "list.x", "text.a"})
    CHECK(find(document, path_of(absent)) == nullptr);
}
