// Named readers over HTTP: a program reads the changes from where it left off, and says how far it has come.
#include <boost/json/object.hpp>

#include "protocol/encode.hpp"
#include "server/net/entity_request.hpp"
#include "server/net/http_answer.hpp"
#include "server/net/request_query.hpp"
#include "server/net/routes.hpp"

namespace coterie {
namespace {

using boost::json::object;

// Answers with the members of the Expected answer, or tells why not.
template <class Expected>
void ask(ApiParts& parts, HttpCall call, const object& request) {
  Result<ClientBody> body = decode_request(request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));
  parts.requests.ask(call.author, std::move(*body), [respond = std::move(call.respond)](Answer answer) {
    const auto* expected = std::get_if<Expected>(&answer);
    if (expected == nullptr) return respond(refusal_response(answer));
    HttpResponse response;
    response.body = members_of(*expected);
    respond(std::move(response));
  });
}

void ask_for_ok(ApiParts& parts, HttpCall call, const object& request) {
  Result<ClientBody> body = decode_request(request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));
  parts.requests.ask(call.author, std::move(*body), [respond = std::move(call.respond)](Answer answer) {
    if (!std::holds_alternative<Ok>(answer)) return respond(refusal_response(answer));
    HttpResponse response;
    response.status = 204;
    response.content_type.clear();
    respond(std::move(response));
  });
}

void list_readers(ApiParts& parts, HttpCall call) {
  object request{{"id", 1}, {"type", "readers"}};
  const Result<void> read = read_query(call.query, {}, parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask<ReadersAnswer>(parts, std::move(call), request);
}

void changes(ApiParts& parts, HttpCall call) {
  object request{{"id", 1}, {"type", "changes"}, {"reader", call.path[0]}};
  const Result<void> read = read_query(call.query,
                                       {{"entityType", "entityType", ParameterKind::text},
                                        {"limit", "limit", ParameterKind::number},
                                        {"from", "from", ParameterKind::text}},
                                       parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask<ChangesAnswer>(parts, std::move(call), request);
}

void acknowledge(ApiParts& parts, HttpCall call) {
  Result<object> body = read_object(call.request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));
  Result<void> fine = refuse_members(*body, {"id", "type", "reader"});
  if (fine) fine = refuse_parameters(call, "");
  if (!fine) return call.respond(error_response(fine.error()));
  (*body)["id"] = 1;
  (*body)["type"] = "acknowledge";
  (*body)["reader"] = call.path[0];
  const object request = std::move(*body);
  ask_for_ok(parts, std::move(call), request);
}

void forget(ApiParts& parts, HttpCall call) {
  object request{{"id", 1}, {"type", "forgetReader"}, {"reader", call.path[0]}};
  const Result<void> read = read_query(call.query, {}, parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask_for_ok(parts, std::move(call), request);
}

}  // namespace

void add_reader_routes(Router& router, ApiParts& parts) {
  router.add({"GET", "/api/v1/readers", Access::users,
              [&](HttpCall call) { list_readers(parts, std::move(call)); }});
  router.add({"GET", "/api/v1/readers/{name}/changes", Access::users,
              [&](HttpCall call) { changes(parts, std::move(call)); }});
  router.add({"POST", "/api/v1/readers/{name}/acknowledge", Access::users,
              [&](HttpCall call) { acknowledge(parts, std::move(call)); }});
  router.add({"DELETE", "/api/v1/readers/{name}", Access::users,
              [&](HttpCall call) { forget(parts, std::move(call)); }});
}

}  // namespace coterie
