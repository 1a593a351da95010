// The header Idempotency-Key: the mutation id of a changing request, bare or as a quoted string.
// Thread: any. Law 4.
#pragma once

#include <optional>

#include "protocol/error.hpp"
#include "protocol/types.hpp"
#include "server/net/http_message.hpp"

namespace coterie {

// Absent: there is no such header. Error bad_request: it is no mutation id.
Result<std::optional<MutationId>> idempotency_key(const HttpRequest& request);

}  // namespace coterie
