#include "storage/text_format.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace coterie {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Takes exactly so many digits off the front.
std::optional<unsigned> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count || !std::all_of(text.begin(), text.begin() + count, is_digit)) return std::nullopt;
  unsigned number = 0;
  for (const char c : text.substr(0, count)) number = number * 10 + static_cast<unsigned>(c - '0');
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

// RFC 3339: full-date.
bool take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return false;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return false;
  const auto day = take_digits(text, 2);
  if (!day) return false;
  return std::chrono::year_month_day{std::chrono::year{static_cast<int>(*year)}, std::chrono::month{*month},
                                     std::chrono::day{*day}}
      .ok();
}

bool take_hours_minutes(std::string_view& text) {
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return false;
  const auto minutes = take_digits(text, 2);
  return minutes && *minutes <= 59;
}

// RFC 3339: full-time, its offset included.
bool take_time(std::string_view& text) {
  if (!take_hours_minutes(text) || !take(text, ':')) return false;
  const auto seconds = take_digits(text, 2);
  if (!seconds || *seconds > 60) return false;
  if (take(text, '.')) {
    const auto rest = std::find_if_not(text.begin(), text.end(), is_digit);
    if (rest == text.begin()) return false;
    text.remove_prefix(static_cast<std::size_t>(rest - text.begin()));
  }
  if (take(text, 'Z') || take(text, 'z')) return true;
  return (take(text, '+') || take(text, '-')) && take_hours_minutes(text);
}

bool is_date(std::string_view text) { return take_date(text) && text.empty(); }
bool is_time(std::string_view text) { return take_time(text) && text.empty(); }
bool is_date_time(std::string_view text) {
  return take_date(text) && (take(text, 'T') || take(text, 't')) && take_time(text) && text.empty();
}

// A name, an @ and a domain of dotted labels: enough to find a slip, not a proof that mail arrives.
bool is_email(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (text.size() > 254 || at == std::string_view::npos || at == 0 || at > 64) return false;
  if (text.find_first_of(" \t\r\n\"<>,;") != std::string_view::npos) return false;
  std::string_view domain = text.substr(at + 1);
  for (;;) {
    const std::string_view label = domain.substr(0, domain.find('.'));
    const auto good = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || (c & 0x80) != 0; };
    if (label.empty() || !std::all_of(label.begin(), label.end(), good)) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    if (label.size() == domain.size()) return true;
    domain.remove_prefix(label.size() + 1);
  }
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool hex = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

// A scheme, a colon, and nothing that must be escaped in a URI.
bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_letter(text.front())) return false;
  const auto of_scheme = [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  };
  if (!std::all_of(text.begin(), text.begin() + colon, of_scheme)) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7F' && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
  });
}

struct Format {
  std::string_view name;
  bool (*fits)(std::string_view text);
};
constexpr std::array<Format, 6> kFormats{{{"date", is_date},
                                          {"date-time", is_date_time},
                                          {"email", is_email},
                                          {"time", is_time},
                                          {"uri", is_uri},
                                          {"uuid", is_uuid}}};

const Format* find_format(std::string_view name) {
  const auto found =
      std::find_if(kFormats.begin(), kFormats.end(), [&](const Format& each) { return each.name == name; });
  return found == kFormats.end() ? nullptr : &*found;
}

}  // namespace

bool is_known_format(std::string_view format) { return find_format(format) != nullptr; }

std::string known_formats() {
  std::string names;
  for (const Format& format : kFormats) names.append(names.empty() ? "" : ", ").append(format.name);
  return names;
}

bool has_format(std::string_view format, std::string_view text) {
  const Format* const known = find_format(format);
  return known != nullptr && known->fits(text);
}

}  // namespace coterie
