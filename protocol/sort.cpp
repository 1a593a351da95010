#include "protocol/sort.hpp"

#include "protocol/request_error.hpp"
#include "protocol/scalar_order.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {
namespace {

Result<SortKey> parse_key(std::string_view text) {
  SortKey key;
  key.descending = text.starts_with('-');
  if (key.descending) text.remove_prefix(1);
  if (text.empty()) return bad_request("a sort is a list of fields, like \"-dueDate,name\"");
  if (text.front() == '$') {
    const std::optional<MetaField> field = meta_field_from_text(text);
    if (!field) {
      return bad_request(
          quoted(text) +
          " cannot be sorted by; known are $id, $version, $createdAt, $createdBy, $updatedAt, $updatedBy");
    }
    key.operand = *field;
    return key;
  }
  Result<FieldPath> path = FieldPath::parse(text);
  if (!path) {
    Error error = path.error();
    error.member.clear();  // the caller names it
    return error;
  }
  key.operand = std::move(*path);
  return key;
}

}  // namespace

Result<Sort> Sort::parse(std::string_view text) {
  Sort sort;
  sort.text_ = text;
  if (text.empty()) return sort;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (sort.keys_.size() == kMaxSortKeys) {
      return too_large("a sort names at most " + std::to_string(kMaxSortKeys) + " fields");
    }
    Result<SortKey> key = parse_key(text.substr(begin, end - begin));
    if (!key) return key.error();
    for (const SortKey& other : sort.keys_) {
      if (other.operand == key->operand) return bad_request("a sort names each field once");
    }
    sort.keys_.push_back(std::move(*key));
    begin = end + 1;
  }
  return sort;
}

SortPlace place_of(const Sort& sort, const EntityMeta& meta, const boost::json::object& data) {
  SortPlace place;
  place.id = meta.key.id;
  place.values.reserve(sort.keys().size());
  for (const SortKey& key : sort.keys()) {
    boost::json::value scratch;
    const boost::json::value* found = look_at(key.operand, meta, data, scratch);
    if (found == nullptr) {
      place.values.emplace_back(nullptr);
    } else if (is_scalar(*found)) {
      place.values.push_back(*found);
    } else {
      place.values.emplace_back(boost::json::array_kind);
    }
  }
  return place;
}

std::strong_ordering compare(const Sort& sort, const SortPlace& a, const SortPlace& b) {
  for (std::size_t i = 0; i < sort.keys().size(); ++i) {
    const bool descending = sort.keys()[i].descending;
    const std::strong_ordering order =
        descending ? compare_sorted(b.values[i], a.values[i]) : compare_sorted(a.values[i], b.values[i]);
    if (order != 0) return order;
  }
  return a.id.value() <=> b.id.value();
}

}  // namespace coterie
