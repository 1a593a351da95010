// A duration as people write it: "365d" and "12h". Thread: any; pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace coterie {

// A whole number from 1 to 1,000,000 and s, m, h, d or w. Absent: not one.
std::optional<std::chrono::milliseconds> duration_from_text(std::string_view text);

}  // namespace coterie
