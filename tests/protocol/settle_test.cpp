// What settling keeps whatever the documents are; single cases stand in the vectors.
#include "protocol/settle.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "protocol/json.hpp"
#include "tests/support/random_document.hpp"

using namespace coterie;
using namespace coterie::testing;
namespace json = boost::json;

namespace {

FieldPath path_of(std::string_view text) { return FieldPath::parse(text).value(); }

bool holds(const json::array& items, const json::value& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

bool same_set(const json::array& a, const json::array& b) {
  return a.size() == b.size() &&
         std::all_of(a.begin(), a.end(), [&](const auto& item) { return holds(b, item); });
}

json::array some_items(RandomDocuments& random) {
  json::array items;
  for (std::size_t n = random.below(5); n > 0; --n) items.push_back(random.value(1));
  return items;
}

json::object with_list(const json::array& items) { return {{"t", items}}; }

}  // namespace

TEST_CASE(
    "Settle: a union is the same from either side, keeps every addition and heeds every removal [law 5]") {
  INFO("COTERIE_SEED=" << seed());
  RandomDocuments random(seed());
  ClashPolicies policies;
  policies.set(path_of("t"), ClashPolicy::set);
  int combined = 0;
  for (int i = 0; i < 5000; ++i) {
    const json::array base = some_items(random);
    const json::array current = some_items(random);
    const json::array yours = some_items(random);
    CAPTURE(to_json_text(json::value(base)));
    CAPTURE(to_json_text(json::value(current)));
    CAPTURE(to_json_text(json::value(yours)));

    const Merge ab = settle(with_list(base), with_list(current), with_list(yours), policies);
    const Merge ba = settle(with_list(base), with_list(yours), with_list(current), policies);
    const json::array& merged = ab.merged.at("t").as_array();

    REQUIRE(!ab.clashes);
    REQUIRE(ab.merged == settle(with_list(base), with_list(current), with_list(yours), policies).merged);
    if (ab.fields.empty() || ab.fields[0].second != FieldVerdict::combined) continue;
    ++combined;
    REQUIRE(same_set(merged, ba.merged.at("t").as_array()));
    for (const json::array* side : {&current, &yours}) {
      for (const json::value& item : *side) {
        if (!holds(base, item)) REQUIRE(holds(merged, item));
      }
      for (const json::value& item : base) {
        if (!holds(*side, item)) REQUIRE(!holds(merged, item));
      }
    }
    for (const json::value& item : base) {
      if (holds(current, item) && holds(yours, item)) REQUIRE(holds(merged, item));
    }
  }
  CHECK(combined > 1000);
}

TEST_CASE("Settle: a sum is the same from either side and holds both additions [law 5]") {
  INFO("COTERIE_SEED=" << seed());
  RandomDocuments random(seed());
  ClashPolicies policies;
  policies.set(path_of("n"), ClashPolicy::sum);
  for (int i = 0; i < 5000; ++i) {
    const auto number = [&] { return static_cast<std::int64_t>(random.below(2000)) - 1000; };
    const std::int64_t base = number();
    const std::int64_t current = number();
    const std::int64_t yours = number();
    const auto document = [](std::int64_t n) { return json::object{{"n", n}}; };

    const Merge ab = settle(document(base), document(current), document(yours), policies);
    const Merge ba = settle(document(base), document(yours), document(current), policies);

    REQUIRE(!ab.clashes);
    REQUIRE(ab.merged == ba.merged);
    REQUIRE(ab.merged.at("n").as_int64() == base + (current - base) + (yours - base));
  }
}

TEST_CASE(
    "Settle: any policies over any documents end in a document, always the same, and touch only clashes [law "
    "5]") {
  INFO("COTERIE_SEED=" << seed());
  RandomDocuments random(seed());
  static constexpr ClashPolicy kAll[] = {ClashPolicy::ask,    ClashPolicy::latest, ClashPolicy::mine,
                                         ClashPolicy::theirs, ClashPolicy::sum,    ClashPolicy::max,
                                         ClashPolicy::set};
  int settled = 0;
  for (int i = 0; i < 5000; ++i) {
    const json::object base = random.object(3);
    const json::object current = random.edited(base, 3);
    const json::object yours = random.edited(base, 3);
    ClashPolicies policies;
    for (std::size_t n = 2 + random.below(6); n > 0; --n) {
      const std::string path = random.chance(80) ? random.name() : random.name() + "." + random.name();
      policies.set(path_of(path), kAll[random.below(std::size(kAll))]);
    }
    CAPTURE(to_json_text(base));
    CAPTURE(to_json_text(current));
    CAPTURE(to_json_text(yours));

    const Merge plain = merge(base, current, yours);
    const Merge result = settle(base, current, yours, policies);

    REQUIRE(result.merged == settle(base, current, yours, policies).merged);
    REQUIRE(result.fields.size() == plain.fields.size());
    bool clashes = false;
    for (std::size_t n = 0; n < plain.fields.size(); ++n) {
      const FieldVerdict before = plain.fields[n].second;
      const FieldVerdict after = result.fields[n].second;
      clashes = clashes || after == FieldVerdict::clash;
      if (before == FieldVerdict::yours || before == FieldVerdict::theirs) REQUIRE(after == before);
      if (before == FieldVerdict::clash && after != before) ++settled;
    }
    REQUIRE(result.clashes == clashes);
  }
  CHECK(settled > 50);
}

TEST_CASE("Settle: ten thousand items on each side are joined at once, not each with each") {
  ClashPolicies policies;
  policies.set(path_of("t"), ClashPolicy::set);
  json::array current;
  json::array yours;
  for (int i = 0; i < 10'000; ++i) {
    current.emplace_back(i);
    yours.emplace_back(-i);
  }

  const Merge merged = settle({}, with_list(current), with_list(yours), policies);

  CHECK(merged.merged.at("t").as_array().size() == 19'999);
}
