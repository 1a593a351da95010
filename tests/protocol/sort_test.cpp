// Sorts and cursors: any order is total, and pages by cursor lead through it without repeating or skipping.

#include "protocol/sort.hpp"

#include <algorithm>

#include "protocol/base64url.hpp"
#include "tests/support/json.hpp"
#include "tests/support/random_document.hpp"

namespace json = boost::json;
using namespace coterie;
using namespace coterie::testing;

namespace {

SortPlace place(const Sort& sort, const std::string& id, const json::object& data) {
  EntityMeta meta;
  meta.key = {EntityType("Thing"), EntityId(id)};
  return place_of(sort, meta, data);
}

std::string cursor_holding(const char* content) { return to_base64url(content); }

}  // namespace

TEST_CASE("Sort: pages by cursor pass over random records once each, in order") {
  MESSAGE("COTERIE_SEED=", seed());
  RandomDocuments random(seed());
  for (const char* text : {"", "a", "-a", "a,-b", "-a,b.c,-$id"}) {
    CAPTURE(text);
    const Sort sort = Sort::parse(text).value();
    std::vector<SortPlace> places;
    for (int i = 0; i < 200; ++i) places.push_back(place(sort, std::to_string(i), random.object(2)));
    const auto before = [&](const SortPlace& a, const SortPlace& b) { return compare(sort, a, b) < 0; };
    std::sort(places.begin(), places.end(), before);

    std::vector<EntityId> seen;
    std::optional<SortPlace> after;
    while (seen.size() < places.size()) {
      auto next = after ? std::upper_bound(places.begin(), places.end(), *after, before) : places.begin();
      REQUIRE(next != places.end());
      for (int n = 0; n < 7 && next != places.end(); ++n, ++next) seen.push_back(next->id);
      after = decode_cursor(sort, encode_cursor(sort, *std::prev(next))).value();
    }
    REQUIRE(seen.size() == places.size());
    for (std::size_t i = 0; i < places.size(); ++i) CHECK(seen[i] == places[i].id);
  }
}

TEST_CASE("Sort: an array or object is kept as an empty array, whatever it holds") {
  const Sort sort = Sort::parse("a,b,c").value();
  const SortPlace kept = place(sort, "1", object_of(R"({"a":[1,2],"b":{"x":1}})"));
  CHECK(kept.values == std::vector<json::value>{json::array{}, json::array{}, nullptr});
}

TEST_CASE("Cursor: of another sort, or of no sort at all, is refused") {
  const Sort sort = Sort::parse("a").value();
  const SortPlace here = place(sort, "1", object_of(R"({"a":5})"));
  CHECK(decode_cursor(sort, encode_cursor(sort, here)).has_value());
  const Sort other = Sort::parse("-a").value();
  for (const std::string& cursor :
       {encode_cursor(other, place(other, "1", {})), std::string(), std::string("!"), std::string("AAAA"),
        encode_cursor(sort, here) + "=", encode_cursor(sort, here) + "A",
        cursor_holding(R"({"s":"a","v":[5]})"), cursor_holding(R"({"s":"a","v":[5,6],"i":"1"})"),
        cursor_holding(R"({"s":"a","v":[[1]],"i":"1"})"), cursor_holding(R"({"s":"a","v":[{}],"i":"1"})"),
        cursor_holding(R"({"s":"a","v":[5],"i":"../x"})"),
        cursor_holding(R"({"s":"a","v":[5],"i":"1","x":1})"),
        cursor_holding(R"({"s":"a","v":[1e400],"i":"1"})"), cursor_holding("[]"), cursor_holding("")}) {
    CAPTURE(cursor);
    const Result<SortPlace> refused = decode_cursor(sort, cursor);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == ErrorCode::bad_request);
    CHECK(refused.error().member == "cursor");
  }
}

TEST_CASE("base64url: every length reads back, and one content has one text") {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    const std::string text = to_base64url(bytes);
    CHECK(text.find_first_of("+/=") == std::string::npos);
    CHECK(from_base64url(text) == bytes);
    bytes += static_cast<char>(i * 37);
  }
  CHECK(to_base64url("f") == "Zg");
  CHECK(!from_base64url("Zh"));    // bits left over
  CHECK(!from_base64url("Zg=="));  // padding
  CHECK(!from_base64url("Z"));
  CHECK(!from_base64url("Zm 9"));
}
