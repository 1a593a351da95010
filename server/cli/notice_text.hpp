// Notifications and announcements as sentences.
//   Booking/42 v20: ann wrote over what you had changed (price)
// Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "server/cli/terminal.hpp"

namespace coterie {

std::string notification_text(const boost::json::object& notification);
// With who says it, and how long it stands; or that it is withdrawn.
std::string announcement_text(const boost::json::object& announcement, const Style& style);

std::string time_left(std::uint64_t ms);  // "2 h", "15 min", "40 s"

}  // namespace coterie
