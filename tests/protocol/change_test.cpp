#include <algorithm>

#include "protocol/change.hpp"
#include "tests/support/json.hpp"
#include "tests/support/random_document.hpp"

namespace json = boost::json;
using namespace coterie;
using namespace coterie::testing;

namespace {

// A change as the events and the log show it: {"set":{...},"unset":[...],"old":{...}}, sorted by path.
json::value shown(Change change) {
  const auto by_path = [](const FieldValue& a, const FieldValue& b) { return a.path < b.path; };
  std::sort(change.set.begin(), change.set.end(), by_path);
  std::sort(change.unset.begin(), change.unset.end());
  json::object set, old;
  json::array unset;
  for (const auto& [path, value] : change.set) set.emplace(path.text(), value);
  for (const auto& [path, value] : change.old) old.emplace(path.text(), value);
  for (const auto& path : change.unset) unset.push_back(json::value(path.text()));
  return json::object{{"set", set}, {"unset", unset}, {"old", old}};
}

json::value difference_of(const char* before, const char* after) {
  return shown(difference(object_of(before), object_of(after)));
}

}  // namespace

TEST_CASE("Change: set makes missing parents and replaces what stands there") {
  json::object document = object_of(R"({"a":1})");
  REQUIRE(set_field(document, path_of("x.y.z"), 2));
  REQUIRE(set_field(document, path_of("x.w"), 3));
  REQUIRE(set_field(document, path_of("a"), json::object{}));
  CHECK(document == object_of(R"({"a":{},"x":{"y":{"z":2},"w":3}})"));
}

TEST_CASE("Change: a set through anything but an object is refused and changes nothing") {
  const json::object before = object_of(R"({"n":null,"list":[{}],"text":"t","o":{"p":1}})");
  for (const char* path : {"n.a", "list.a", "list.0", "text.a", "o.p.q", "o.p.q.r"}) {
    json::object document = before;
    const auto done = set_field(document, path_of(path), 1);
    REQUIRE(!done);
    CHECK(done.error().code == ErrorCode::bad_request);
    CHECK(done.error().member == path);
    CHECK(document == before);
  }
}

TEST_CASE("Change: unset leaves the parents, and does nothing where nothing is") {
  json::object document = object_of(R"({"a":{"b":1},"text":"t","z":0})");
  unset_field(document, path_of("a.b"));
  unset_field(document, path_of("a.c.d"));
  unset_field(document, path_of("text.a"));
  unset_field(document, path_of("none"));
  CHECK(to_json_text(document) == R"({"a":{},"text":"t","z":0})");
}

TEST_CASE("Change: apply does all of a change or nothing of it") {
  const json::object before = object_of(R"({"a":1,"b":2,"text":"t"})");
  Change change;
  change.set = {{path_of("a"), 5}, {path_of("new.inner"), 6}, {path_of("text.inner"), 7}};
  change.unset = {path_of("b")};
  json::object document = before;
  REQUIRE(!apply(document, change));
  CHECK(document == before);

  change.set.pop_back();
  REQUIRE(apply(document, change));
  CHECK(document == object_of(R"({"a":5,"new":{"inner":6},"text":"t"})"));
}

TEST_CASE("Difference: members are compared through objects, arrays as a whole") {
  CHECK(difference_of(R"({"a":1,"o":{"p":1,"q":2}})", R"({"a":1,"o":{"p":1,"q":3,"r":4}})") ==
        value_of(R"({"set":{"o.q":3,"o.r":4},"unset":[],"old":{"o.q":2}})"));
  CHECK(difference_of(R"({"l":[1,2,3],"x":0})", R"({"l":[1,2]})") ==
        value_of(R"({"set":{"l":[1,2]},"unset":["x"],"old":{"l":[1,2,3],"x":0}})"));
  CHECK(difference_of(R"({"a":1,"b":2})", R"({"b":2,"a":1})") ==
        value_of(R"({"set":{},"unset":[],"old":{}})"));
  CHECK(difference(object_of(R"({"a":{"b":[]}})"), object_of(R"({"a":{"b":[]}})")).empty());
}

TEST_CASE("Difference: an object that appears, or takes the place of something else, is set as a whole") {
  CHECK(difference_of("{}", R"({"a":{"b":{"c":1}}})") ==
        value_of(R"({"set":{"a":{"b":{"c":1}}},"unset":[],"old":{}})"));
  CHECK(difference_of(R"({"a":1})", R"({"a":{"b":1}})") ==
        value_of(R"({"set":{"a":{"b":1}},"unset":[],"old":{"a":1}})"));
  CHECK(difference_of(R"({"a":{"b":1}})", R"({"a":1})") ==
        value_of(R"({"set":{"a":1},"unset":[],"old":{"a":{"b":1}}})"));
  CHECK(difference_of(R"({"a":{"b":1}})", R"({"a":[]})") ==
        value_of(R"({"set":{"a":[]},"unset":[],"old":{"a":{"b":1}}})"));
}

TEST_CASE("Difference: empty, null and absent are three things") {
  CHECK(difference_of("{}", R"({"a":{}})") == value_of(R"({"set":{"a":{}},"unset":[],"old":{}})"));
  CHECK(difference_of(R"({"a":{}})", "{}") == value_of(R"({"set":{},"unset":["a"],"old":{"a":{}}})"));
  CHECK(difference_of(R"({"a":{"b":1}})", R"({"a":{}})") ==
        value_of(R"({"set":{},"unset":["a.b"],"old":{"a.b":1}})"));
  CHECK(difference_of(R"({"a":{}})", R"({"a":{"b":1}})") ==
        value_of(R"({"set":{"a.b":1},"unset":[],"old":{}})"));
  CHECK(difference_of("{}", R"({"a":null})") == value_of(R"({"set":{"a":null},"unset":[],"old":{}})"));
  CHECK(difference_of(R"({"a":null})", "{}") == value_of(R"({"set":{},"unset":["a"],"old":{"a":null}})"));
}

TEST_CASE(
    "Difference: what a client gets by applying it is the next version exactly, and back again [law 1]") {
  INFO("COTERIE_SEED=" << seed());
  RandomDocuments documents(seed());
  for (int i = 0; i < 5000; ++i) {
    const json::object before = documents.object(3);
    const json::object after = documents.chance(70) ? documents.edited(before, 3) : documents.object(3);
    const Change change = difference(before, after);
    CAPTURE(to_json_text(before));
    CAPTURE(to_json_text(after));

    json::object document = before;
    REQUIRE(apply(document, change));
    REQUIRE(document == after);
    REQUIRE(revert(document, change));
    REQUIRE(document == before);
    REQUIRE(change.empty() == (before == after));

    // None of its paths is another's parent, so their order does not matter.
    std::vector<FieldPath> paths = change.unset;
    for (const auto& field : change.set) paths.push_back(field.path);
    for (std::size_t a = 0; a < paths.size(); ++a)
      for (std::size_t b = 0; b < a; ++b) REQUIRE(!paths[a].overlaps(paths[b]));
  }
}

TEST_CASE("Difference: it is the smallest, for each path in it the two documents do differ") {
  INFO("COTERIE_SEED=" << seed());
  RandomDocuments documents(seed());
  for (int i = 0; i < 2000; ++i) {
    const json::object before = documents.object(3), after = documents.edited(before, 3);
    for (const auto& field : difference(before, after).set) {
      const json::value* old = find(before, field.path);
      REQUIRE((old == nullptr || *old != field.value));
      REQUIRE((old == nullptr || !old->is_object() || !field.value.is_object()));
    }
  }
}
