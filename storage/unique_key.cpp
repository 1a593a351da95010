#include "storage/unique_key.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "protocol/json.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostShown = 20;

// As write_json, with the members of objects in the order of their names.
void append_ordered(std::string& out, const json::value& value) {
  if (const auto* array = value.if_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      append_ordered(out, (*array)[i]);
    }
    out += ']';
    return;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return write_json(out, value);
  std::vector<const json::key_value_pair*> members;
  for (const json::key_value_pair& member : *object) members.push_back(&member);
  std::sort(members.begin(), members.end(), [](auto* a, auto* b) { return a->key() < b->key(); });
  out += '{';
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out += ',';
    write_json(out, std::string_view(members[i]->key().data(), members[i]->key().size()));
    out += ':';
    append_ordered(out, members[i]->value());
  }
  out += '}';
}

}  // namespace

std::optional<std::string> unique_text(const FieldGroup& fields, const json::object& data) {
  std::string text;
  for (const FieldPath& field : fields) {
    const json::value* const value = find(data, field);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (!text.empty()) text += ',';
    append_ordered(text, *value);
  }
  return text;
}

UniqueTexts unique_texts(const std::vector<FieldGroup>& rules, const json::object& data) {
  UniqueTexts texts;
  texts.reserve(rules.size());
  for (const FieldGroup& fields : rules) texts.push_back(unique_text(fields, data));
  return texts;
}

void Duplicates::add(const EntityId& first, const EntityId& second) {
  ++count_;
  if (shown_.size() < kMostShown) shown_.push_back(first.value() + " and " + second.value());
}

Error Duplicates::error(const EntityType& type, const FieldGroup& fields) const {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message =
      type.value() + ": " + described(fields) +
      " cannot be made unique, for these records share a value; change or delete one of each first:";
  for (const std::string& line : shown_) error.message += "\n  " + line;
  if (count_ > shown_.size()) {
    error.message += "\n  and " + std::to_string(count_ - shown_.size()) + " more";
  }
  return error;
}

}  // namespace coterie
