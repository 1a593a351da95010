// The query of a URL as a request of the protocol: each parameter becomes a member, and then passes the same
// checks as one that came over a WebSocket. Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <initializer_list>
#include <string>
#include <string_view>

#include "protocol/decode.hpp"
#include "server/net/url_text.hpp"

namespace coterie {

enum class ParameterKind { text, number, flag, json };
struct Parameter {
  std::string_view name;    // in the query
  std::string_view member;  // in the request of the protocol
  ParameterKind kind;
};

Error bad_parameter(std::string_view name, std::string message);

// Lays the parameters into the request. What is not in the table is refused, so that a misspelt filter is not
// the same as none.
Result<void> read_query(const QueryParameters& query, std::initializer_list<Parameter> known,
                        const WireLimits& limits, boost::json::object& request);

Result<ClientBody> decode_request(const boost::json::object& request, const WireLimits& limits);

}  // namespace coterie
