// The limits in force, as the log tells them at the start: a line for the sizes of the protocol, one for
// connections and their times. Thread: any. Law 6.
#pragma once

#include "server/application.hpp"

namespace coterie {

void log_limits(Log& log, const ApplicationOptions& options);

}  // namespace coterie
