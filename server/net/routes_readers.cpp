// Named readers over HTTP: a program reads the changes from where it left off, and says how far it has come.
#include <boost/json/object.hpp>

#include "server/net/ask.hpp"
#include "server/net/entity_request.hpp"
#include "server/net/request_query.hpp"

namespace coterie {
namespace {

using boost::json::object;

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
  ask_to_do<Ok>(parts, std::move(call), request);
}

void forget(ApiParts& parts, HttpCall call) {
  object request{{"id", 1}, {"type", "forgetReader"}, {"reader", call.path[0]}};
  const Result<void> read = read_query(call.query, {}, parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask_to_do<Ok>(parts, std::move(call), request);
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
