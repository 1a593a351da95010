// Runs a filter over one record in memory. The rules stand in filter.hpp; storage has the same ones as SQL.

#include <algorithm>
#include <cstdint>

#include "protocol/filter.hpp"
#include "protocol/scalar_order.hpp"
#include "protocol/time_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

struct Record {
  const EntityMeta& meta;
  const json::object& data;
};

bool equal(const json::value* found, const json::value& operand) {
  if (found == nullptr) return operand.is_null();
  return scalars_equal(*found, operand);
}

bool in_list(const json::value* found, const json::array& list) {
  return std::any_of(list.begin(), list.end(), [&](const json::value& item) { return equal(found, item); });
}

// Whether the two have an order; then `order` is it.
bool ordered(const json::value* found, const json::value& operand, std::strong_ordering& order) {
  if (found == nullptr) return false;
  const bool numbers = found->is_number() && operand.is_number();
  const bool texts = found->is_string() && operand.is_string();
  if (!numbers && !texts) return false;
  order = compare_sorted(*found, operand);
  return true;
}

bool contains(const json::value* found, const json::value& operand) {
  if (found == nullptr) return false;
  if (found->is_string()) {
    return operand.is_string() && text_of(*found).find(text_of(operand)) != std::string_view::npos;
  }
  if (!found->is_array()) return false;
  const json::array& items = found->get_array();
  return std::any_of(items.begin(), items.end(),
                     [&](const json::value& item) { return scalars_equal(item, operand); });
}

bool starts_with(const json::value* found, const json::value& operand) {
  if (found == nullptr || !found->is_string() || !operand.is_string()) return false;
  return text_of(*found).starts_with(text_of(operand));
}

bool holds(const Term& term, const Record& record) {
  json::value scratch;
  const json::value* found = look_at(term.operand, record.meta, record.data, scratch);
  std::strong_ordering order = std::strong_ordering::equal;
  switch (term.comparison) {
    case Comparison::eq:
      return equal(found, term.value);
    case Comparison::ne:
      return !equal(found, term.value);
    case Comparison::gt:
      return ordered(found, term.value, order) && order > 0;
    case Comparison::gte:
      return ordered(found, term.value, order) && order >= 0;
    case Comparison::lt:
      return ordered(found, term.value, order) && order < 0;
    case Comparison::lte:
      return ordered(found, term.value, order) && order <= 0;
    case Comparison::in:
      return in_list(found, term.value.get_array());
    case Comparison::nin:
      return !in_list(found, term.value.get_array());
    case Comparison::exists:
      return (found != nullptr) == term.value.get_bool();
    case Comparison::contains:
      return contains(found, term.value);
    case Comparison::starts_with:
      return starts_with(found, term.value);
  }
  return false;
}

bool holds(const FilterNode& node, const Record& record) {
  const auto each = [&](const FilterNode& inner) { return holds(inner, record); };
  if (const Term* term = std::get_if<Term>(&node.node)) return holds(*term, record);
  if (const And* all = std::get_if<And>(&node.node)) return std::all_of(all->of.begin(), all->of.end(), each);
  if (const Or* any = std::get_if<Or>(&node.node)) return std::any_of(any->of.begin(), any->of.end(), each);
  return !holds(std::get<Not>(node.node).of.front(), record);
}

json::value text_value(std::string_view text) {
  return json::value(json::string_view(text.data(), text.size()));
}

json::value metadata(MetaField field, const EntityMeta& meta) {
  switch (field) {
    case MetaField::id:
      return text_value(meta.key.id.value());
    case MetaField::version:
      return static_cast<std::int64_t>(meta.version.value());
    case MetaField::created_at:
      return text_value(to_text(meta.created_at));
    case MetaField::created_by:
      return text_value(meta.created_by.value());
    case MetaField::updated_at:
      return text_value(to_text(meta.updated_at));
    case MetaField::updated_by:
      return text_value(meta.updated_by.value());
  }
  return nullptr;
}

}  // namespace

bool Filter::empty() const {
  const And* all = std::get_if<And>(&root_.node);
  return all != nullptr && all->of.empty();
}

bool Filter::matches(const EntityMeta& meta, const json::object& data) const {
  return holds(root_, {meta, data});
}

const json::value* look_at(const Operand& operand, const EntityMeta& meta, const json::object& data,
                           json::value& scratch) {
  if (const FieldPath* path = std::get_if<FieldPath>(&operand)) return find(data, *path);
  scratch = metadata(std::get<MetaField>(operand), meta);
  return &scratch;
}

}  // namespace coterie
