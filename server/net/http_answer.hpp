// The answers of the protocol as HTTP: the status that goes with each, and what was refused as
// application/problem+json (RFC 9457) with the members of `error`, `rejected` or `conflict`.
// Thread: any.
#pragma once

#include "server/net/http_message.hpp"
#include "server/sync/requester.hpp"

namespace coterie {

int status_of(ErrorCode code);
int status_of(RejectedCode code);
int status_of(const Answer& answer);

HttpResponse error_response(const Error& error);
HttpResponse conflict_response(const Conflict& conflict);
HttpResponse rejected_response(const Rejected& rejected);

// For an answer that is a refusal; a defect of the caller where it is not.
HttpResponse refusal_response(const Answer& answer);

// One entity, with its version as ETag.
HttpResponse entity_response(int status, const Entity& entity);
HttpHeader etag_of(Version version);

// The header that says when to come back, and WWW-Authenticate where that is what is missing.
void add_error_headers(HttpResponse& response, const Error& error);

}  // namespace coterie
