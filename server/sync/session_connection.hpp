// The live connection of the session on whose behalf somebody asks. Thread: loop.
#pragma once

#include "protocol/error.hpp"
#include "server/sync/requester.hpp"

namespace coterie {

class Subscriber;

// Error `bad_request`: no session was named; `unavailable`: it has no connection at the moment.
Result<Subscriber*> session_connection(const RequesterTable& requesters, const Author& author);

}  // namespace coterie
