// A query's parameters as the request of the protocol that they stand for: the same checks as for one that
// came over a WebSocket. Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "protocol/messages.hpp"
#include "server/net/router.hpp"

namespace coterie {

Error bad_parameter(std::string_view name, std::string message);

// Lays the parameters of the query into the request, each read as its route says.
Result<void> read_query(const HttpCall& call, const WireLimits& limits, boost::json::object& request);

Result<ClientBody> decode_request(const boost::json::object& request, const WireLimits& limits);

}  // namespace coterie
