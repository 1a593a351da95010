// A route whose answer is the protocol's own: asks what the object says, as a WebSocket would, and responds
// with the members of the message expected, or tells why there is none. Thread: loop.
#pragma once

#include <boost/json/object.hpp>
#include <utility>
#include <variant>

#include "protocol/encode.hpp"
#include "server/net/http_answer.hpp"
#include "server/net/request_query.hpp"
#include "server/net/routes.hpp"

namespace coterie {

// `respond_with` makes the response of the expected message.
template <class Expected, class RespondWith>
void ask_for(ApiParts& parts, HttpCall call, const boost::json::object& request, RespondWith respond_with) {
  Result<ClientBody> body = decode_request(request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));
  parts.requests.ask(call.author, std::move(*body),
                     [respond = std::move(call.respond), respond_with](Answer answer) {
                       const auto* expected = std::get_if<Expected>(&answer);
                       respond(expected ? respond_with(*expected) : refusal_response(answer));
                     });
}

template <class Expected>
void ask(ApiParts& parts, HttpCall call, const boost::json::object& request, int status = 200) {
  ask_for<Expected>(parts, std::move(call), request, [status](const Expected& message) {
    HttpResponse response;
    response.status = status;
    response.body = members_of(message);
    return response;
  });
}

// 204: that it is done is all there is to say.
template <class Expected>
void ask_to_do(ApiParts& parts, HttpCall call, const boost::json::object& request) {
  ask_for<Expected>(parts, std::move(call), request, [](const Expected&) {
    HttpResponse response;
    response.status = 204;
    response.content_type.clear();
    return response;
  });
}

}  // namespace coterie
