#include "storage/sqlite/document_scan.hpp"

#include <algorithm>
#include <limits>

#include "protocol/json.hpp"

namespace coterie {
namespace {

// The index behind the string that begins at `at`. Damaged text ends at its end, here and below.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size();) {
    at = text.find_first_of("\"\\", at);
    if (at == std::string_view::npos) break;
    if (text[at] == '"') return at + 1;
    at += 2;  // a backslash and what it escapes
  }
  return text.size();
}

std::size_t skip_container(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return text.size();
}

// The index behind the value that begins at `at`.
std::size_t skip_value(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  if (text[at] == '"') return skip_string(text, at);
  if (text[at] == '{' || text[at] == '[') return skip_container(text, at);
  return std::min(text.find_first_of(",}]", at), text.size());
}

std::string_view find_member(std::string_view object, std::string_view name) {
  if (object.empty() || object.front() != '{') return {};
  for (std::size_t at = 1; at < object.size() && object[at] == '"';) {
    const std::size_t colon = skip_string(object, at);
    const std::size_t value = std::min(colon + 1, object.size());
    const std::size_t end = skip_value(object, value);
    if (object.substr(at, colon - at) == name) return object.substr(value, end - value);
    at = end + 1;  // behind the comma
  }
  return {};
}

}  // namespace

std::string raw_path(const FieldPath& path) {
  std::string raw;
  for (const std::string& step : path.steps()) {
    if (!raw.empty()) raw += '\n';
    write_json(raw, std::string_view(step));
  }
  return raw;
}

std::string_view find_raw(std::string_view document, std::string_view raw_path) {
  std::string_view value = document;
  for (;;) {
    const std::size_t end = raw_path.find('\n');
    value = find_member(value, raw_path.substr(0, end));
    if (value.empty() || end == std::string_view::npos) return value;
    raw_path.remove_prefix(end + 1);
  }
}

bool array_holds(std::string_view array, std::string_view scalar) {
  if (array.empty() || array.front() != '[') return false;
  for (std::size_t at = 1; at < array.size() && array[at] != ']';) {
    const std::size_t end = skip_value(array, at);
    if (array.substr(at, end - at) == scalar) return true;
    at = end + 1;
  }
  return false;
}

std::string_view decode_string(std::string_view raw, std::string& scratch) {
  if (raw.find('\\') == std::string_view::npos) return raw.substr(1, raw.size() - 2);
  constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max() / 2;
  const Result<boost::json::value> value = parse_json(raw, {kAny, 1, kAny});
  if (value && value->is_string()) scratch.assign(value->get_string());
  return scratch;
}

}  // namespace coterie
