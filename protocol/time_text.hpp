// Times as the protocol writes them: RFC 3339 in UTC with milliseconds, "2026-11-23T04:00:00.123Z".
// Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/types.hpp"

namespace coterie {

std::string to_text(Timestamp time);
std::optional<Timestamp> timestamp_from_text(std::string_view text);  // exactly the form that to_text writes

}  // namespace coterie
