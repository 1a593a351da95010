#include <algorithm>
#include <map>

#include "protocol/merge.hpp"
#include "tests/support/json.hpp"
#include "tests/support/random_document.hpp"

namespace json = boost::json;
using namespace coterie;
using namespace coterie::testing;

namespace {

Merge merge_of(const char* base, const char* current, const char* yours) {
  return merge(object_of(base), object_of(current), object_of(yours));
}

std::string verdicts(const Merge& merge) {
  std::string text;
  for (const auto& [path, verdict] : merge.fields)
    text += path.text() + ':' + std::string(to_text(verdict)) + ' ';
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace

TEST_CASE("Merge: each side's own fields stand together [law 5]") {
  const Merge merge =
      merge_of(R"({"price":10,"note":"old","status":"new"})", R"({"price":12,"note":"old","status":"new"})",
               R"({"price":10,"note":"mine","status":"new"})");
  CHECK(verdicts(merge) == "note:yours price:theirs");
  CHECK(merge.merged == object_of(R"({"price":12,"note":"mine","status":"new"})"));
  CHECK(merge.theirs == std::vector<FieldPath>{path_of("price")});
  CHECK(!merge.clashes);
}

TEST_CASE("Merge: where both changed a field differently it clashes, and theirs stands [law 5]") {
  const Merge merge = merge_of(R"({"d":1,"n":0})", R"({"d":2,"n":0})", R"({"d":3,"n":5})");
  CHECK(verdicts(merge) == "d:clash n:yours");
  CHECK(merge.merged == object_of(R"({"d":2,"n":5})"));
  CHECK(merge.clashes);
  CHECK(merge.theirs.empty());
}

TEST_CASE("Merge: the same change on both sides is no clash [law 5]") {
  const Merge merge = merge_of(R"({"a":1,"b":1,"c":1})", R"({"a":2,"c":9})", R"({"a":2,"c":1})");
  CHECK(verdicts(merge) == "a:same b:same c:theirs");
  CHECK(merge.merged == object_of(R"({"a":2,"c":9})"));
  CHECK(!merge.clashes);
}

TEST_CASE("Merge: a path clashes with its parents and children [law 5]") {
  // They replaced the object, you changed inside it.
  const Merge replaced = merge_of(R"({"a":{"b":1,"c":1},"a-b":0})", R"({"a":5,"a-b":0})",
                                  R"({"a":{"b":2,"c":1,"d":3},"a-b":1})");
  CHECK(verdicts(replaced) == "a:clash a-b:yours a.b:clash a.d:clash");
  CHECK(replaced.merged == object_of(R"({"a":5,"a-b":1})"));
  // You removed it, they changed inside it.
  const Merge removed = merge_of(R"({"a":{"b":1,"c":1}})", R"({"a":{"b":2,"c":1}})", "{}");
  CHECK(verdicts(removed) == "a:clash a.b:clash");
  CHECK(removed.merged == object_of(R"({"a":{"b":2,"c":1}})"));
  // Both made it.
  const Merge made = merge_of("{}", R"({"a":{"x":1}})", R"({"a":{"y":1}})");
  CHECK(verdicts(made) == "a:clash");
}

TEST_CASE("Merge: members of one object are fields of their own, items of an array are not [law 5]") {
  const Merge inside = merge_of(R"({"o":{"x":1,"y":1}})", R"({"o":{"x":2,"y":1}})", R"({"o":{"x":1,"z":3}})");
  CHECK(verdicts(inside) == "o.x:theirs o.y:yours o.z:yours");
  CHECK(inside.merged == object_of(R"({"o":{"x":2,"z":3}})"));
  CHECK(verdicts(merge_of(R"({"l":[1,2]})", R"({"l":[1,2,3]})", R"({"l":[0,1,2]})")) == "l:clash");
}

TEST_CASE("Merge: unset against set clashes, unset against unset is the same [law 5]") {
  CHECK(verdicts(merge_of(R"({"a":1,"b":1})", R"({"a":2})", "{}")) == "a:clash b:same");
  CHECK(verdicts(merge_of(R"({"a":1})", "{}", R"({"a":null})")) == "a:clash");
}

TEST_CASE("Merge: nothing against something is that something [law 5]") {
  INFO("COTERIE_SEED=" << seed());
  RandomDocuments documents(seed());
  for (int i = 0; i < 1000; ++i) {
    const json::object base = documents.object(3), other = documents.edited(base, 3);
    CAPTURE(to_json_text(base));
    CAPTURE(to_json_text(other));
    REQUIRE(merge(base, base, other).merged == other);
    REQUIRE(merge(base, other, base).merged == other);
    REQUIRE(!merge(base, base, other).clashes);
    REQUIRE(!merge(base, other, base).clashes);

    const Merge both = merge(base, other, other);
    REQUIRE(both.merged == other);
    REQUIRE(!both.clashes);
    for (const auto& [path, verdict] : both.fields) REQUIRE(verdict == FieldVerdict::same);
  }
}

TEST_CASE(
    "Merge: it is the same seen from either side, and without a clash both get the same document [law 5]") {
  INFO("COTERIE_SEED=" << seed());
  RandomDocuments documents(seed());
  int clean = 0, clashing = 0;
  for (int i = 0; i < 5000; ++i) {
    const json::object base = documents.object(3);
    const json::object a = documents.edited(base, 3), b = documents.edited(base, 3);
    CAPTURE(to_json_text(base));
    CAPTURE(to_json_text(a));
    CAPTURE(to_json_text(b));
    const Merge ab = merge(base, a, b), ba = merge(base, b, a);

    REQUIRE(ab.clashes == ba.clashes);
    REQUIRE(ab.fields.size() == ba.fields.size());
    REQUIRE(std::is_sorted(ab.fields.begin(), ab.fields.end(),
                           [](const auto& x, const auto& y) { return x.first < y.first; }));
    for (std::size_t n = 0; n < ab.fields.size(); ++n) {
      static const std::map<FieldVerdict, FieldVerdict> kOther{{FieldVerdict::yours, FieldVerdict::theirs},
                                                               {FieldVerdict::theirs, FieldVerdict::yours},
                                                               {FieldVerdict::same, FieldVerdict::same},
                                                               {FieldVerdict::clash, FieldVerdict::clash}};
      REQUIRE(ab.fields[n].first == ba.fields[n].first);
      REQUIRE(ab.fields[n].second == kOther.at(ba.fields[n].second));
    }
    if (!ab.clashes) REQUIRE(ab.merged == ba.merged);
    ++(ab.clashes ? clashing : clean);

    // What each field's verdict says is what the merged document holds.
    for (const auto& [path, verdict] : ab.fields) {
      const json::value* is = find(ab.merged, path);
      const json::value* source = find(verdict == FieldVerdict::yours ? b : a, path);
      REQUIRE((is == nullptr) == (source == nullptr));
      if (is != nullptr) REQUIRE(*is == *source);
    }
  }
  CHECK(clean > 500);
  CHECK(clashing > 500);
}

TEST_CASE("Merge: verdicts agree with a comparison of every path with every other [law 5]") {
  INFO("COTERIE_SEED=" << seed());
  RandomDocuments documents(seed());
  for (int i = 0; i < 2000; ++i) {
    const json::object base = documents.object(3);
    const json::object theirs = documents.edited(base, 3), yours = documents.edited(base, 3);
    const auto paths_of = [&](const json::object& after) {
      const Change change = difference(base, after);
      std::vector<FieldPath> paths = change.unset;
      for (const auto& field : change.set) paths.push_back(field.path);
      return paths;
    };
    const auto a = paths_of(theirs), b = paths_of(yours);
    const auto overlaps_any = [](const std::vector<FieldPath>& paths, const FieldPath& path) {
      return std::any_of(paths.begin(), paths.end(),
                         [&](const FieldPath& other) { return other.overlaps(path); });
    };
    for (const auto& [path, verdict] : merge(base, theirs, yours).fields) {
      CAPTURE(path.text());
      REQUIRE((verdict == FieldVerdict::yours) == !overlaps_any(a, path));
      REQUIRE((verdict == FieldVerdict::theirs) == !overlaps_any(b, path));
    }
  }
}
