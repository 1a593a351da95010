// Writing: compact, numbers in their shortest exact form, texts as they are but for what must be escaped.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

// For each byte: 0 where it stands for itself, the letter of its short escape, or 'u'.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> escapes{};
  for (std::size_t c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}();

// Whether one of the eight bytes at `text` must be escaped: the classic tests for a byte below n and for a
// zero byte, eight at a time. Most texts hold no such byte at all.
bool any_escape(const char* text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kTops = 0x8080808080808080;
  std::uint64_t bytes;
  std::memcpy(&bytes, text, sizeof bytes);
  const std::uint64_t quote = bytes ^ kOnes * '"', backslash = bytes ^ kOnes * '\\';
  const std::uint64_t found =
      ((bytes - kOnes * 0x20) & ~bytes) | ((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash);
  return (found & kTops) != 0;
}

void write_escape(std::string& out, unsigned char c) {
  constexpr char kHex[] = "0123456789abcdef";
  const char escape = kEscapes[c];
  out += '\\';
  out += escape;
  if (escape != 'u') return;
  out += "00";
  out += kHex[c >> 4];
  out += kHex[c & 15];
}

template <class Number>
void write_digits(std::string& out, Number number) {
  char digits[32];
  const auto [end, failure] = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, static_cast<std::size_t>(end - digits));
}

void write_double(std::string& out, double number) {
  if (!std::isfinite(number)) throw std::logic_error("a number that is not finite is written as JSON");
  // to_chars would write 100000.0 as 1e+05 and -0.0 as -0.
  if (number == std::trunc(number) && std::abs(number) <= static_cast<double>(kMaxInteger))
    return write_digits(out, static_cast<std::int64_t>(number));
  write_digits(out, number);
}

}  // namespace

void write_json(std::string& out, std::string_view text) {
  out += '"';
  std::size_t begin = 0;  // of the run that stands for itself
  for (std::size_t i = 0; i < text.size(); ++i) {
    while (i + 8 <= text.size() && !any_escape(text.data() + i)) i += 8;
    if (i == text.size()) break;
    const auto c = static_cast<unsigned char>(text[i]);
    if (kEscapes[c] == 0) continue;
    out.append(text, begin, i - begin);
    write_escape(out, c);
    begin = i + 1;
  }
  out.append(text, begin, text.size() - begin);
  out += '"';
}

void write_json(std::string& out, const json::object& object) {
  char separator = '{';
  for (const auto& member : object) {
    out += separator;
    separator = ',';
    write_json(out, std::string_view(member.key()));
    out += ':';
    write_json(out, member.value());
  }
  if (object.empty()) out += '{';
  out += '}';
}

void write_json(std::string& out, const json::array& array) {
  char separator = '[';
  for (const auto& item : array) {
    out += separator;
    separator = ',';
    write_json(out, item);
  }
  if (array.empty()) out += '[';
  out += ']';
}

void write_json(std::string& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      out += "null";
      return;
    case json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      return;
    case json::kind::int64:
      return write_digits(out, value.get_int64());
    case json::kind::uint64:
      return write_digits(out, value.get_uint64());
    case json::kind::double_:
      return write_double(out, value.get_double());
    case json::kind::string:
      return write_json(out, value.get_string());
    case json::kind::array:
      return write_json(out, value.get_array());
    case json::kind::object:
      return write_json(out, value.get_object());
  }
}

std::string to_json_text(const json::value& value) {
  std::string out;
  write_json(out, value);
  return out;
}

std::string to_json_text(const json::object& object) {
  std::string out;
  write_json(out, object);
  return out;
}

}  // namespace coterie
