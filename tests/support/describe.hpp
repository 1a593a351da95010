// A decoded request written back as the request that says the same: defaults left out, values as they were
// understood. What the golden vectors hold decode against, and what a fuzz target decodes a second time.
#pragma once

#include <boost/json/object.hpp>

#include "protocol/messages.hpp"

namespace coterie::testing {

boost::json::object describe(const ClientMessage& message);
boost::json::object describe(const Operation& operation);

}  // namespace coterie::testing
