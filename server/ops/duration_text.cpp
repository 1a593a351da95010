#include "server/ops/duration_text.hpp"

#include <charconv>
#include <cstdint>
#include <utility>

namespace coterie {

std::optional<std::chrono::milliseconds> duration_from_text(std::string_view text) {
  constexpr std::int64_t kMost = 1'000'000;  // of any unit
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, count);
  if (failed != std::errc() || end - rest != 1 || count < 1 || count > kMost) return std::nullopt;
  constexpr std::pair<char, std::chrono::milliseconds> kUnits[] = {{'s', std::chrono::seconds(1)},
                                                                   {'m', std::chrono::minutes(1)},
                                                                   {'h', std::chrono::hours(1)},
                                                                   {'d', std::chrono::days(1)},
                                                                   {'w', std::chrono::weeks(1)}};
  for (const auto& [letter, unit] : kUnits) {
    if (*rest == letter) return count * unit;
  }
  return std::nullopt;
}

}  // namespace coterie
