// Cursors: where the next page begins, as base64url of {"s": the sort's text, "v": the keys' values, "i": the
// id}. They hold no secret and prove nothing: what they name is only a place, and rights are checked on every
// page.

#include "protocol/base64url.hpp"
#include "protocol/json.hpp"
#include "protocol/names.hpp"
#include "protocol/request_error.hpp"
#include "protocol/scalar_order.hpp"
#include "protocol/sort.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

Error not_of_this_sort() {
  return bad_request("the cursor is not of this sort; ask for the first page, without a cursor", "cursor");
}

// What a key's value in a place may be: a scalar, or the empty array that stands for anything else.
bool is_place_value(const json::value& value) {
  return is_scalar(value) || (value.is_array() && value.get_array().empty());
}

}  // namespace

std::string encode_cursor(const Sort& sort, const SortPlace& after) {
  std::string text = "{\"s\":";
  write_json(text, std::string_view(sort.text()));
  text += ",\"v\":[";
  for (std::size_t i = 0; i < after.values.size(); ++i) {
    if (i > 0) text += ',';
    write_json(text, after.values[i]);
  }
  text += "],\"i\":";
  write_json(text, std::string_view(after.id.value()));
  text += '}';
  return to_base64url(text);
}

Result<SortPlace> decode_cursor(const Sort& sort, std::string_view cursor) {
  const std::optional<std::string> text = from_base64url(cursor);
  if (!text) return not_of_this_sort();
  Result<json::value> parsed = parse_json(*text, JsonLimits{text->size(), 4, 64});
  if (!parsed || !parsed->is_object()) return not_of_this_sort();
  const json::object& object = parsed->get_object();
  const json::value* sorted_by = object.if_contains("s");
  const json::value* values = object.if_contains("v");
  const json::value* id = object.if_contains("i");
  if (object.size() != 3 || sorted_by == nullptr || values == nullptr || id == nullptr)
    return not_of_this_sort();
  if (!sorted_by->is_string() || text_of(*sorted_by) != sort.text()) return not_of_this_sort();
  if (!values->is_array() || values->get_array().size() != sort.keys().size()) return not_of_this_sort();
  if (!id->is_string() || !is_entity_id(text_of(*id))) return not_of_this_sort();
  SortPlace place;
  for (const json::value& value : values->get_array()) {
    if (!is_place_value(value)) return not_of_this_sort();
    place.values.push_back(value);
  }
  place.id = EntityId(std::string(text_of(*id)));
  return place;
}

}  // namespace coterie
