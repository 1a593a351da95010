// The live connection of the session on whose behalf somebody asks. Thread: loop.
#pragma once

#include "protocol/error.hpp"
#include "server/sync/requester.hpp"

namespace coterie {

class Dispatcher;
class Subscriber;

// Error `bad_request`: no session was named; `unavailable`: it has no connection at the moment.
Result<Subscriber*> session_connection(const RequesterTable& requesters, const Author& author);

// Hands a request to that connection, as if it had come there; its answer comes there too. Errors as above,
// and `rate_limited`: its answers are not being read.
Result<void> pass_on(const RequesterTable& requesters, Dispatcher& dispatcher, const Author& author,
                     ClientMessage message);

}  // namespace coterie
