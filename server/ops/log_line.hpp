// One line of the log as text. Apart from the sink, so that what a hostile value becomes can be tested.
// Control characters, line and paragraph separators, and the characters that turn the direction of writing
// are escaped: no value begins a new line, a new field, or moves a terminal's cursor. Thread: any.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "protocol/types.hpp"
#include "server/ops/log.hpp"

namespace coterie {

// Without the newline at the end.
std::string log_line(LogFormat format, Timestamp time, LogLevel level, std::string_view event,
                     std::span<const LogField> fields);

}  // namespace coterie
