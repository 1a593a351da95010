// What holds in a room besides its records, in words: who has locked what, who is there, who says something.
//   lock  Vehicle/1  ann has locked price for 30 s
//   here  Vehicle/1  ann {"field":"price"}
// Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "server/cli/terminal.hpp"

namespace coterie {

// Of a `lock`, `presence` or `signal`; absent: another push.
std::optional<std::string> state_line(const boost::json::object& push, const Style& style);

// The locks and the presence of a snapshot, a line each; at most `most` of either.
std::vector<std::string> state_lines(const boost::json::object& snapshot, const Style& style,
                                     std::size_t most);

}  // namespace coterie
