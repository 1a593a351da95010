#include "server/cli/value_text.hpp"

#include <boost/json/array.hpp>

#include "protocol/json.hpp"
#include "server/cli/terminal.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

// Text that reads as itself: not as a number, a word of JSON, nothing, or something with spaces at its ends.
bool plain(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.front() == '"' || text == "-")
    return false;
  return !parse_json(text, {64 * 1024, 32, 10'000}).has_value();
}

}  // namespace

std::string brief(const json::value* value) {
  if (!value) return "-";
  if (value->is_string() && plain(value->get_string())) return printable(value->get_string());
  return printable(to_json_text(*value));
}

std::string laid_out(const json::value& value, std::size_t indent) {
  const bool items = value.is_array() && !value.get_array().empty();
  const bool members = value.is_object() && !value.get_object().empty();
  if (!items && !members) return printable(to_json_text(value));
  const std::string inner(indent + 2, ' ');
  std::string out = items ? "[" : "{";
  const char* comma = "\n";
  if (items) {
    for (const json::value& item : value.get_array()) {
      out += comma + inner + laid_out(item, indent + 2);
      comma = ",\n";
    }
  } else {
    for (const auto& member : value.get_object()) {
      std::string name;
      write_json(name, std::string_view(member.key()));
      out += comma + inner + printable(name) + ": " + laid_out(member.value(), indent + 2);
      comma = ",\n";
    }
  }
  return out + "\n" + std::string(indent, ' ') + (items ? "]" : "}");
}

std::string text_member(const json::object& message, std::string_view member) {
  const json::value* value = message.if_contains(member);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::uint64_t number_member(const json::object& message, std::string_view member) {
  const json::value* value = message.if_contains(member);
  return value && value->is_int64() && value->get_int64() > 0 ? static_cast<std::uint64_t>(value->get_int64())
                                                              : 0;
}

const json::object* object_member(const json::object& message, std::string_view member) {
  const json::value* value = message.if_contains(member);
  return value ? value->if_object() : nullptr;
}

const json::array* array_member(const json::object& message, std::string_view member) {
  const json::value* value = message.if_contains(member);
  return value ? value->if_array() : nullptr;
}

}  // namespace coterie
