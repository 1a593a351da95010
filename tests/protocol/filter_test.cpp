// The filter against a second reading of its rules, straight from the JSON, over random filters and
// documents.

#include "protocol/filter.hpp"

#include "protocol/scalar_order.hpp"
#include "tests/support/json.hpp"
#include "tests/support/random_document.hpp"

namespace json = boost::json;
using namespace coterie;
using namespace coterie::testing;

namespace {

// The rules once more, as plainly as they can be said.
namespace plain {

const json::value* at(const json::object& data, const std::string& path) {
  const std::size_t dot = path.find('.');
  const json::value* value = data.if_contains(path.substr(0, dot));
  if (value == nullptr || dot == std::string::npos) return value;
  return value->is_object() ? at(value->get_object(), path.substr(dot + 1)) : nullptr;
}

bool eq(const json::value& a, const json::value& b) {
  if (a.is_structured() || b.is_structured()) return false;
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  return a == b;
}

bool in(const json::value& value, const json::array& list) {
  for (const json::value& item : list) {
    if (eq(value, item)) return true;
  }
  return false;
}

// -1, 0, 1; or 9: they have no order.
int order(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) {
    const double left = a.to_number<double>();
    const double right = b.to_number<double>();
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (!a.is_string() || !b.is_string()) return 9;
  const int sign = std::string(a.as_string()).compare(std::string(b.as_string()));
  return sign < 0 ? -1 : sign > 0 ? 1 : 0;
}

bool contains(const json::value& value, const json::value& operand) {
  if (value.is_array()) return in(operand, value.get_array()) && !operand.is_structured();
  return value.is_string() && operand.is_string() &&
         std::string(value.as_string()).find(std::string(operand.as_string())) != std::string::npos;
}

bool compare(const json::value* found, const std::string& name, const json::value& operand) {
  const json::value value = found == nullptr ? json::value(nullptr) : *found;
  const int sign = order(value, operand);
  if (name == "$eq") return eq(value, operand);
  if (name == "$ne") return !eq(value, operand);
  if (name == "$gt") return sign == 1;
  if (name == "$gte") return sign == 1 || sign == 0;
  if (name == "$lt") return sign == -1;
  if (name == "$lte") return sign == -1 || sign == 0;
  if (name == "$in") return in(value, operand.as_array());
  if (name == "$nin") return !in(value, operand.as_array());
  if (name == "$exists") return (found != nullptr) == operand.as_bool();
  if (name == "$contains") return contains(value, operand);
  REQUIRE(name == "$startsWith");
  return value.is_string() && operand.is_string() &&
         std::string(value.as_string()).rfind(std::string(operand.as_string()), 0) == 0;
}

bool matches(const json::object& filter, const json::object& data) {
  bool all = true;
  for (const auto& member : filter) {
    const std::string name(member.key());
    bool holds = name != "$or";
    if (name == "$and") {
      for (const json::value& inner : member.value().as_array())
        holds = holds && matches(inner.as_object(), data);
    } else if (name == "$or") {
      for (const json::value& inner : member.value().as_array())
        holds = holds || matches(inner.as_object(), data);
    } else if (name == "$not") {
      holds = !matches(member.value().as_object(), data);
    } else if (member.value().is_object()) {
      for (const auto& test : member.value().as_object()) {
        holds = holds && compare(at(data, name), std::string(test.key()), test.value());
      }
    } else {
      holds = compare(at(data, name), "$eq", member.value());
    }
    all = all && holds;
  }
  return all;
}

}  // namespace plain

class RandomFilters {
 public:
  explicit RandomFilters(RandomDocuments& random) : random_(random) {}

  json::object filter(int depth) {
    json::object members;
    for (std::size_t n = random_.below(3); n > 0; --n) members[path()] = test();
    if (depth > 0 && random_.chance(30)) members["$and"] = list(depth - 1);
    if (depth > 0 && random_.chance(40)) members["$or"] = list(depth - 1);
    if (depth > 0 && random_.chance(30)) members["$not"] = filter(depth - 1);
    return members;
  }

 private:
  std::string path() {
    std::string text = random_.name();
    while (random_.chance(30)) text += "." + random_.name();
    return text;
  }
  json::array list(int depth) {
    json::array filters;
    for (std::size_t n = random_.below(3); n > 0; --n) filters.push_back(filter(depth));
    return filters;
  }
  json::array scalars() {
    json::array items;
    for (std::size_t n = random_.below(4); n > 0; --n) items.push_back(random_.scalar());
    return items;
  }
  json::value test() {
    static const char* const kNames[] = {"$eq", "$ne",  "$gt",       "$gte",
                                         "$lt", "$lte", "$contains", "$startsWith"};
    if (random_.chance(20)) return random_.scalar();
    json::object tests;
    for (std::size_t n = 1 + random_.below(2); n > 0; --n) tests[kNames[random_.below(8)]] = random_.scalar();
    if (random_.chance(20)) tests["$in"] = scalars();
    if (random_.chance(20)) tests["$nin"] = scalars();
    if (random_.chance(20)) tests["$exists"] = random_.chance(50);
    return tests;
  }

  RandomDocuments& random_;
};

EntityMeta meta_of(const char* id) {
  EntityMeta meta;
  meta.key = {EntityType("Thing"), EntityId(id)};
  return meta;
}

}  // namespace

TEST_CASE("Filter: every random filter answers as its rules say, for every random document") {
  MESSAGE("COTERIE_SEED=", seed());
  RandomDocuments random(seed());
  RandomFilters filters(random);
  int matched = 0;
  for (int round = 0; round < 20'000; ++round) {
    const json::object source = filters.filter(2);
    const Result<Filter> filter = Filter::parse(source);
    REQUIRE_MESSAGE(filter.has_value(), to_json_text(source));
    const json::object data = random.object(3);
    const bool expected = plain::matches(source, data);
    matched += expected ? 1 : 0;
    REQUIRE_MESSAGE(filter->matches(meta_of("1"), data) == expected, to_json_text(source), " over ",
                    to_json_text(data));
  }
  CHECK(matched > 1000);  // neither answer is rare
  CHECK(matched < 19'000);
}

TEST_CASE("Filter: both lets through what each lets through, and an empty one changes nothing") {
  const Filter a = Filter::parse(value_of(R"({"a":1})")).value();
  const Filter b = Filter::parse(value_of(R"({"$or":[{"b":1},{"b":2}]})")).value();
  const Filter joined = both(a, b);
  CHECK(joined.matches(meta_of("1"), object_of(R"({"a":1,"b":2})")));
  CHECK(!joined.matches(meta_of("1"), object_of(R"({"a":1,"b":3})")));
  CHECK(!joined.matches(meta_of("1"), object_of(R"({"a":2,"b":2})")));
  CHECK(joined.source() == object_of(R"({"$and":[{"a":1},{"$or":[{"b":1},{"b":2}]}]})"));
  CHECK(both(a, Filter()).source() == a.source());
  CHECK(both(Filter(), b).source() == b.source());
  CHECK(Filter().empty());
  CHECK(Filter::parse(value_of("{}")).value().empty());
  CHECK(!joined.empty());
}

TEST_CASE("Filter: lists of operands and the terms have a bound [law 6]") {
  json::array items(kMaxFilterItems, 1);
  CHECK(Filter::parse(json::object{{"a", {{"$in", items}}}}).has_value());
  items.push_back(1);
  const Result<Filter> longer = Filter::parse(json::object{{"a", {{"$in", items}}}});
  REQUIRE(longer.has_error());
  CHECK(longer.error().code == ErrorCode::too_large);
  CHECK(longer.error().member == "a.$in");

  json::object terms;
  for (std::size_t i = 0; i < kMaxFilterTerms; ++i) terms["f" + std::to_string(i)] = 1;
  CHECK(Filter::parse(terms).has_value());
  terms["one"] = {{"$gt", 1}};
  CHECK(Filter::parse(terms).error().code == ErrorCode::too_large);
}

TEST_CASE("Scalars: an integer and a double compare by their exact values") {
  const auto cmp = [](const json::value& a, const json::value& b) {
    CHECK((0 <=> compare_numbers(b, a)) == compare_numbers(a, b));
    return compare_numbers(a, b);
  };
  const std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  CHECK(cmp(largest, 9223372036854775808.0) < 0);  // equal, were it rounded to a double
  CHECK(cmp(9007199254740993, 9007199254740992.0) > 0);
  CHECK(cmp(std::numeric_limits<std::int64_t>::min(), -9223372036854775808.0) == 0);
  CHECK(cmp(3, 3.5) < 0);
  CHECK(cmp(-3, -3.5) > 0);
  CHECK(cmp(0, -0.5) > 0);
  CHECK(cmp(0, 5e-324) < 0);
  CHECK(cmp(5, 5.0) == 0);
  CHECK(cmp(1, 1e300) < 0);
  CHECK(cmp(1, -1e300) > 0);
  CHECK(cmp(std::uint64_t{18446744073709551615U}, largest) > 0);
}
