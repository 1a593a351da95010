// POST /api/v1/requests: any request of the protocol by its JSON, answered by the same JSON that a WebSocket
// would be sent; the status says at a glance how it went.
#include <optional>

#include "protocol/decode.hpp"
#include "protocol/encode.hpp"
#include "server/net/http_answer.hpp"
#include "server/net/idempotency_key.hpp"
#include "server/net/routes.hpp"

namespace coterie {
namespace {

HttpResponse error_as_message(std::optional<RequestId> id, const Error& error) {
  HttpResponse response;
  response.status = status_of(error.code);
  response.body = id ? encode(*id, error) : encode(error);
  add_error_headers(response, error);
  return response;
}

void request(ApiParts& parts, HttpCall call) {
  DecodeResult decoded = decode(call.request.body, parts.limits, parts.limits.body_bytes);
  if (!decoded) {
    const DecodeError& error = decoded.error();
    return call.respond(error_as_message(error.id, error.error));
  }
  const RequestId id = decoded->id;
  const auto refuse = [&](std::string message) {
    Error error;
    error.code = ErrorCode::bad_request;
    error.message = std::move(message);
    call.respond(error_as_message(id, error));
  };
  if (std::holds_alternative<Pong>(decoded->body))
    return refuse("A pong answers a ping of the server; it asks nothing.");
  if (const auto* mutate = std::get_if<Mutate>(&decoded->body)) {
    const Result<std::optional<MutationId>> key = idempotency_key(call.request);
    if (!key) return call.respond(error_as_message(id, key.error()));
    if (*key && **key != mutate->mutation.id)
      return refuse("Idempotency-Key and mutationId differ; leave the header out.");
  }
  // What moves a session's place in its stream is answered in that stream.
  const bool of_the_stream =
      std::holds_alternative<Subscribe>(decoded->body) || std::holds_alternative<Unsubscribe>(decoded->body);
  if (of_the_stream) {
    const Result<void> passed = parts.pass_on(call.author, std::move(*decoded));
    if (!passed) return call.respond(error_as_message(id, passed.error()));
    HttpResponse accepted;
    accepted.status = 202;
    accepted.content_type.clear();
    return call.respond(std::move(accepted));
  }
  parts.requests.ask(call.author, std::move(decoded->body),
                     [id, respond = std::move(call.respond)](Answer answer) {
                       HttpResponse response;
                       response.status = status_of(answer);
                       response.body = encode_answer(id, answer);
                       if (const auto* error = std::get_if<Error>(&answer))
                         add_error_headers(response, *error);
                       respond(std::move(response));
                     });
}

}  // namespace

void add_request_route(Router& router, ApiParts& parts) {
  router.add(
      {"POST",
       "/api/v1/requests",
       Access::users,
       [&](HttpCall call) { request(parts, std::move(call)); },
       {.operation = "sendRequest",
        .summary = "Any request of the protocol, answered by what a WebSocket would be sent; its status "
                   "says at a glance how it went",
        .headers = {"Idempotency-Key", "Coterie-Session"},
        .body = {{"AnyRequest"}},
        .answers = {{200, "AnyAnswer"}, {202}},
        .other = {{0, "AnyAnswer"}, {0, "Problem", kProblem}}}});
}

}  // namespace coterie
