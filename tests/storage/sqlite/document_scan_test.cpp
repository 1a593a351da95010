#include "storage/sqlite/document_scan.hpp"

#include <doctest/doctest.h>

#include "tests/support/json.hpp"
#include "tests/support/random_document.hpp"

namespace coterie::testing {

TEST_CASE("Document scan: a field's text is found, through objects alone") {
  const std::string text = to_json_text(object_of(
      R"({"a":1,"b":{"c":"x,}]\"","d":[1,{"e":2}],"c.":0},"f":[],"g":{},"h":"\\","i\"":true,"last":null})"));
  const auto raw = [&](std::string_view path) { return find_raw(text, raw_path(path_of(path))); };

  CHECK(raw("a") == "1");
  CHECK(raw("b.c") == R"("x,}]\"")");
  CHECK(raw("b.d") == R"([1,{"e":2}])");
  CHECK(raw("f") == "[]");
  CHECK(raw("g") == "{}");
  CHECK(raw("h") == R"("\\")");
  CHECK(raw("i\"") == "true");
  CHECK(raw("last") == "null");
  CHECK(raw("b.d.e").empty());
  CHECK(raw("a.b").empty());
  CHECK(raw("c").empty());
  CHECK(raw("g.x").empty());
}

TEST_CASE("Document scan: an array holds a scalar only as an item of its own") {
  CHECK(array_holds(R"([1,"x",null])", "1"));
  CHECK(array_holds(R"([1,"x",null])", R"("x")"));
  CHECK(array_holds(R"([1,"x",null])", "null"));
  CHECK_FALSE(array_holds(R"([[1],{"a":2},12,"1"])", "1"));
  CHECK_FALSE(array_holds("[]", "1"));
  CHECK_FALSE(array_holds(R"("1")", "1"));
}

TEST_CASE("Document scan: every field of random documents is found as it would be written") {
  CAPTURE(seed());
  RandomDocuments random(seed());
  for (int round = 0; round < 2000; ++round) {
    const boost::json::object document = random.object(3);
    const std::string text = to_json_text(document);
    for (const auto& member : document) {
      const FieldPath path = path_of(member.key());
      CHECK(find_raw(text, raw_path(path)) == to_json_text(member.value()));
      if (!member.value().is_object()) continue;
      for (const auto& inner : member.value().get_object()) {
        const FieldPath deeper = path_of(std::string(member.key()) + "." + std::string(inner.key()));
        CHECK(find_raw(text, raw_path(deeper)) == to_json_text(inner.value()));
      }
    }
  }
}

TEST_CASE("Document scan: damaged text ends the search and nothing else") {
  const std::string whole = R"({"a":{"b":[1,"x\"y",{"c":null}]},"d":"e"})";
  const std::string path = raw_path(path_of("d"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string_view cut = std::string_view(whole).substr(0, size);
    CHECK(find_raw(cut, path).size() <= 3);
    CHECK_FALSE(array_holds(cut, "1"));
  }
}

}  // namespace coterie::testing
