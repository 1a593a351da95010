// Sums as the protocol counts: integers stay exact, a whole number is an integer, and a sum out of range is
// none. Thread: any; pure.
#pragma once

#include <boost/json/value.hpp>
#include <optional>

namespace coterie {

// Both are numbers. Absent: not finite, or beyond ±(2^53-1).
std::optional<boost::json::value> add(const boost::json::value& a, const boost::json::value& b);

}  // namespace coterie
