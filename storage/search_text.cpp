#include "storage/search_text.hpp"

#include <algorithm>
#include <iterator>

#include "protocol/json.hpp"
#include "protocol/scalar_order.hpp"
#include "protocol/search_words.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

void add_text(std::vector<std::string>& words, std::string_view text) {
  std::vector<std::string> more = words_of(text);
  std::move(more.begin(), more.end(), std::back_inserter(words));
}

// Texts and numbers, and those within lists and objects; not the names of members, nor true, false and null.
void add_value(std::vector<std::string>& words, const json::value& value) {
  if (value.is_string()) return add_text(words, text_of(value));
  if (value.is_number()) return add_text(words, to_json_text(value));
  if (const json::array* items = value.if_array()) {
    for (const json::value& item : *items) add_value(words, item);
  } else if (const json::object* members = value.if_object()) {
    for (const auto& member : *members) add_value(words, member.value());
  }
}

}  // namespace

std::vector<std::string> searched_words(const json::object& document, const std::vector<FieldPath>& fields) {
  std::vector<std::string> words;
  for (const FieldPath& field : fields) {
    if (const json::value* value = find(document, field)) add_value(words, *value);
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

std::string fields_text(const std::vector<FieldPath>& fields) {
  std::string text;
  for (const FieldPath& field : fields) text += field.text() + '\n';
  return text;
}

}  // namespace coterie
