// Reads a filter into its tree. What it refuses, it names: the member at fault, and what would have been
// known.

#include <array>
#include <utility>

#include "protocol/filter.hpp"
#include "protocol/request_error.hpp"
#include "protocol/scalar_order.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::array<std::pair<std::string_view, Comparison>, 11> kComparisons{{
    {"$eq", Comparison::eq},
    {"$ne", Comparison::ne},
    {"$gt", Comparison::gt},
    {"$gte", Comparison::gte},
    {"$lt", Comparison::lt},
    {"$lte", Comparison::lte},
    {"$in", Comparison::in},
    {"$nin", Comparison::nin},
    {"$exists", Comparison::exists},
    {"$contains", Comparison::contains},
    {"$startsWith", Comparison::starts_with},
}};

constexpr std::array<std::pair<std::string_view, MetaField>, 6> kMetaFields{{
    {"$id", MetaField::id},
    {"$version", MetaField::version},
    {"$createdAt", MetaField::created_at},
    {"$createdBy", MetaField::created_by},
    {"$updatedAt", MetaField::updated_at},
    {"$updatedBy", MetaField::updated_by},
}};

constexpr const char* kKnownNames =
    "$and, $or, $not, $id, $version, $createdAt, $createdBy, $updatedAt, $updatedBy";
constexpr const char* kKnownComparisons =
    "$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $exists, $contains, $startsWith";

std::optional<Comparison> comparison_from_text(std::string_view text) {
  for (const auto& [name, comparison] : kComparisons) {
    if (name == text) return comparison;
  }
  return std::nullopt;
}

// One reading. Terms are counted over the whole filter, so that a filter's cost has a bound (Law 6).
class FilterParser {
 public:
  Result<FilterNode> parse(const json::object& object, std::size_t depth);

 private:
  Result<FilterNode> parse_member(std::string_view name, const json::value& value, std::size_t depth);
  Result<std::vector<FilterNode>> parse_list(const json::value& value, std::size_t depth);
  Result<FilterNode> parse_not(const json::value& value, std::size_t depth);
  Result<FilterNode> parse_operand(Operand operand, const json::value& value);
  Result<FilterNode> parse_term(const Operand& operand, std::string_view name, const json::value& value);
  bool count_term() { return ++terms_ <= kMaxFilterTerms; }

  std::size_t terms_ = 0;
};

Error too_many_terms() {
  return too_large("a filter holds at most " + std::to_string(kMaxFilterTerms) + " terms");
}

Result<FilterNode> FilterParser::parse(const json::object& object, std::size_t depth) {
  if (depth > kMaxFilterDepth) {
    return too_large("a filter is at most " + std::to_string(kMaxFilterDepth) + " deep");
  }
  std::vector<FilterNode> nodes;
  nodes.reserve(object.size());
  for (const auto& member : object) {
    Result<FilterNode> node = parse_member(member.key(), member.value(), depth);
    if (!node) return within(member.key(), node.error());
    nodes.push_back(std::move(*node));
  }
  if (nodes.size() == 1) return std::move(nodes.front());
  if (nodes.empty() && depth > 1 && !count_term()) return too_many_terms();
  return FilterNode{And{std::move(nodes)}};
}

Result<FilterNode> FilterParser::parse_member(std::string_view name, const json::value& value,
                                              std::size_t depth) {
  if (name.empty() || name.front() != '$') {
    Result<FieldPath> path = FieldPath::parse(name);
    if (!path) {
      Error error = path.error();
      error.member.clear();  // the caller names it
      return error;
    }
    return parse_operand(std::move(*path), value);
  }
  if (name == "$and" || name == "$or") {
    Result<std::vector<FilterNode>> nodes = parse_list(value, depth + 1);
    if (!nodes) return nodes.error();
    if (nodes->empty() && !count_term()) return too_many_terms();
    if (name == "$and") return FilterNode{And{std::move(*nodes)}};
    return FilterNode{Or{std::move(*nodes)}};
  }
  if (name == "$not") return parse_not(value, depth + 1);
  if (const std::optional<MetaField> field = meta_field_from_text(name)) return parse_operand(*field, value);
  return bad_request(quoted(name) + " is not known here; known are " + kKnownNames);
}

Result<std::vector<FilterNode>> FilterParser::parse_list(const json::value& value, std::size_t depth) {
  if (!value.is_array()) return bad_request("a list of filters is needed here");
  std::vector<FilterNode> nodes;
  nodes.reserve(std::min(value.get_array().size(), kMaxFilterTerms));
  for (std::size_t i = 0; i < value.get_array().size(); ++i) {
    const json::value& item = value.get_array()[i];
    const std::string place = indexed("", i);
    if (!item.is_object()) return bad_request("a list of filters is needed here", place);
    Result<FilterNode> node = parse(item.get_object(), depth);
    if (!node) return within(place, node.error());
    nodes.push_back(std::move(*node));
  }
  return nodes;
}

Result<FilterNode> FilterParser::parse_not(const json::value& value, std::size_t depth) {
  if (!value.is_object()) return bad_request("$not takes one filter, as an object");
  Result<FilterNode> node = parse(value.get_object(), depth);
  if (!node) return node;
  Not negation;
  negation.of.push_back(std::move(*node));
  return FilterNode{std::move(negation)};
}

Result<FilterNode> FilterParser::parse_operand(Operand operand, const json::value& value) {
  if (value.is_array()) return bad_request("a list is compared by $in, or item by item by $contains");
  if (!value.is_object()) return parse_term(operand, "$eq", value);
  const json::object& operators = value.get_object();
  if (operators.empty())
    return bad_request(std::string("an operator is missing; known are ") + kKnownComparisons);
  std::vector<FilterNode> nodes;
  for (const auto& member : operators) {
    Result<FilterNode> node = parse_term(operand, member.key(), member.value());
    if (!node) return within(member.key(), node.error());
    nodes.push_back(std::move(*node));
  }
  if (nodes.size() == 1) return std::move(nodes.front());
  return FilterNode{And{std::move(nodes)}};
}

Result<FilterNode> FilterParser::parse_term(const Operand& operand, std::string_view name,
                                            const json::value& value) {
  const std::optional<Comparison> comparison = comparison_from_text(name);
  if (!comparison) {
    return bad_request(quoted(name) + " is not an operator; known are " + kKnownComparisons);
  }
  if (!count_term()) return too_many_terms();
  if (*comparison == Comparison::in || *comparison == Comparison::nin) {
    if (!value.is_array()) return bad_request("a list of scalars is needed here");
    if (value.get_array().size() > kMaxFilterItems) {
      return too_large("a list holds at most " + std::to_string(kMaxFilterItems) + " items");
    }
    for (const json::value& item : value.get_array()) {
      if (!is_scalar(item)) return bad_request("a list of scalars is needed here");
    }
  } else if (*comparison == Comparison::exists) {
    if (!value.is_bool()) return bad_request("$exists takes true or false");
  } else if (!is_scalar(value)) {
    return bad_request("a text, a number, true, false or null is needed here");
  }
  return FilterNode{Term{operand, *comparison, value}};
}

}  // namespace

std::string_view to_text(MetaField field) {
  for (const auto& [name, known] : kMetaFields) {
    if (known == field) return name;
  }
  return "";
}

std::optional<MetaField> meta_field_from_text(std::string_view text) {
  for (const auto& [name, field] : kMetaFields) {
    if (name == text) return field;
  }
  return std::nullopt;
}

std::string_view to_text(Comparison comparison) {
  for (const auto& [name, known] : kComparisons) {
    if (known == comparison) return name;
  }
  return "";
}

Result<Filter> Filter::parse(const json::value& value) {
  if (!value.is_object()) return bad_request("a filter is an object");
  Result<FilterNode> root = FilterParser{}.parse(value.get_object(), 1);
  if (!root) return root.error();
  Filter filter;
  filter.root_ = std::move(*root);
  filter.source_ = value.get_object();
  return filter;
}

Filter both(const Filter& a, const Filter& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  Filter filter;
  And all;
  all.of.push_back(a.root_);
  all.of.push_back(b.root_);
  filter.root_ = FilterNode{std::move(all)};
  json::array sources;
  sources.emplace_back(a.source_);
  sources.emplace_back(b.source_);
  filter.source_["$and"] = std::move(sources);
  return filter;
}

Filter any_of(std::vector<Filter> filters) {
  if (filters.size() == 1) return std::move(filters.front());
  Filter filter;
  Or any;
  json::array sources;
  for (Filter& one : filters) {
    any.of.push_back(std::move(one.root_));
    sources.emplace_back(std::move(one.source_));
  }
  filter.root_ = FilterNode{std::move(any)};
  filter.source_["$or"] = std::move(sources);
  return filter;
}

}  // namespace coterie
