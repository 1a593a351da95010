#include "protocol/time_text.hpp"

#include <algorithm>
#include <cstddef>

namespace coterie {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";

// Writes `number` right-aligned into the `size` characters from `begin`.
void put(std::string& text, std::size_t begin, std::size_t size, unsigned number) {
  for (std::size_t i = begin + size; i-- > begin; number /= 10)
    text[i] = static_cast<char>('0' + number % 10);
}

unsigned get(std::string_view text, std::size_t begin, std::size_t size) {
  unsigned number = 0;
  for (const char digit : text.substr(begin, size)) number = number * 10 + static_cast<unsigned>(digit - '0');
  return number;
}

bool has_form(std::string_view text) {
  return text.size() == kForm.size() &&
         std::equal(text.begin(), text.end(), kForm.begin(),
                    [](char c, char form) { return form == '0' ? c >= '0' && c <= '9' : c == form; });
}

// The form has four digits for the year, so these are its first and last moments.
constexpr Timestamp kFirst = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
constexpr Timestamp kLast = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1} - milliseconds{1};

}  // namespace

std::string to_text(Timestamp time) {
  time = std::clamp(time, kFirst, kLast);
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto in_day = static_cast<unsigned>((time - day).count());
  std::string text(kForm);
  put(text, 0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put(text, 5, 2, static_cast<unsigned>(date.month()));
  put(text, 8, 2, static_cast<unsigned>(date.day()));
  put(text, 11, 2, in_day / 3'600'000);
  put(text, 14, 2, in_day / 60'000 % 60);
  put(text, 17, 2, in_day / 1000 % 60);
  put(text, 20, 3, in_day % 1000);
  return text;
}

std::optional<Timestamp> timestamp_from_text(std::string_view text) {
  if (!has_form(text)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(get(text, 0, 4))},
                                         std::chrono::month{get(text, 5, 2)},
                                         std::chrono::day{get(text, 8, 2)}};
  const unsigned hour = get(text, 11, 2), minute = get(text, 14, 2), second = get(text, 17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days{date} +
         milliseconds{((hour * 60 + minute) * 60 + second) * 1000 + get(text, 20, 3)};
}

}  // namespace coterie
