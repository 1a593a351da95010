#include "protocol/names.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "protocol/wire_limits.hpp"

namespace coterie {
namespace {

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes one code point off the front of `text`; nothing where that is not well-formed UTF-8.
std::optional<std::uint32_t> take_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xC2 ? 0
                           : lead < 0xE0 ? 2
                           : lead < 0xF0 ? 3
                           : lead < 0xF5 ? 4
                                         : 0;
  if (size == 0 || size > text.size()) return std::nullopt;

  std::uint32_t point = size == 1 ? lead : lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
    point = point << 6 | (byte(i) & 0x3FU);
  }
  const bool overlong = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
  if (overlong || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return std::nullopt;
  text.remove_prefix(size);
  return point;
}

bool is_control(std::uint32_t point) { return point < 0x20 || (point >= 0x7F && point <= 0x9F); }

bool is_printable(std::uint32_t point) {
  if (is_control(point)) return false;
  const bool mark = point == 0x061C || (point >= 0x200B && point <= 0x200F) ||
                    (point >= 0x2028 && point <= 0x202E) || (point >= 0x2060 && point <= 0x206F) ||
                    point == 0xFEFF;
  const bool no_character = (point & 0xFFFE) == 0xFFFE || (point >= 0xFDD0 && point <= 0xFDEF);
  return !mark && !no_character;
}

}  // namespace

bool is_entity_type(std::string_view text) {
  return !text.empty() && text.size() <= kMaxEntityTypeChars && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

bool is_entity_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxEntityIdChars &&
         (is_letter(text.front()) || is_digit(text.front())) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter(c) || is_digit(c) || std::string_view("._:~-").find(c) != std::string_view::npos;
         });
}

bool is_reader_name(std::string_view text) { return text.size() <= kMaxLabelChars && is_entity_id(text); }

bool is_mutation_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxMutationIdChars &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

bool is_label(std::string_view text) {
  std::size_t characters = 0;
  while (!text.empty()) {
    const auto point = take_code_point(text);
    if (!point || !is_printable(*point) || ++characters > kMaxLabelChars) return false;
  }
  return characters > 0;
}

bool is_member_name(std::string_view text) {
  if (text.empty() || text.front() == '$') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<std::uint8_t>(text[i]);
    if (c == '.' || c < 0x20 || c == 0x7F) return false;
    // U+0080 to U+009F are C2 80 to C2 9F.
    if (c == 0xC2 && i + 1 < text.size() && static_cast<std::uint8_t>(text[i + 1]) < 0xA0) return false;
  }
  return true;
}

}  // namespace coterie
