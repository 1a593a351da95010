// What may stand in a document: members with good names, no deeper than kMaxDepth in all.

#include "protocol/decode_parts.hpp"
#include "protocol/names.hpp"

namespace coterie {
namespace {

// The same code that the parser gives a message which is too deep as a whole.
Error too_deep() {
  return request_error(ErrorCode::bad_json, "a document is at most " + std::to_string(kMaxDepth) + " deep");
}

}  // namespace

std::optional<Error> check_value(const boost::json::value& value, std::size_t depth) {
  if (const boost::json::object* object = value.if_object()) return check_members(*object, depth);
  const boost::json::array* array = value.if_array();
  if (array == nullptr) return std::nullopt;
  if (depth == 0) return too_deep();
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (auto error = check_value((*array)[i], depth - 1)) return within(indexed("", i), std::move(*error));
  }
  return std::nullopt;
}

std::optional<Error> check_members(const boost::json::object& object, std::size_t depth) {
  if (depth == 0) return too_deep();
  for (const auto& member : object) {
    const std::string_view name(member.key().data(), member.key().size());
    if (!is_member_name(name)) {
      return bad_name(
          "a member's name is not empty, holds no . and no control character and does not begin with $",
          name);
    }
    if (auto error = check_value(member.value(), depth - 1)) return within(name, std::move(*error));
  }
  return std::nullopt;
}

}  // namespace coterie
