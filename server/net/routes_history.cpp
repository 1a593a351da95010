// The past over HTTP: the history of one record, of a type or of all, and who changed which field last.
#include <boost/json/object.hpp>

#include "server/net/ask.hpp"
#include "server/net/request_query.hpp"

namespace coterie {
namespace {

void entity_history(ApiParts& parts, HttpCall call) {
  boost::json::object request{
      {"id", 1}, {"type", "history"}, {"entityType", call.path[0]}, {"entityId", call.path[1]}};
  const Result<void> read = read_query(call.query,
                                       {{"after", "after", ParameterKind::number},
                                        {"before", "before", ParameterKind::number},
                                        {"userId", "userId", ParameterKind::text},
                                        {"since", "since", ParameterKind::text},
                                        {"until", "until", ParameterKind::text},
                                        {"limit", "limit", ParameterKind::number},
                                        {"export", "export", ParameterKind::flag}},
                                       parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask<Events>(parts, std::move(call), request);
}

void whole_history(ApiParts& parts, HttpCall call) {
  boost::json::object request{{"id", 1}, {"type", "history"}};
  const Result<void> read = read_query(call.query,
                                       {{"entityType", "entityType", ParameterKind::text},
                                        {"after", "after", ParameterKind::number},
                                        {"before", "before", ParameterKind::number},
                                        {"userId", "userId", ParameterKind::text},
                                        {"since", "since", ParameterKind::text},
                                        {"until", "until", ParameterKind::text},
                                        {"limit", "limit", ParameterKind::number},
                                        {"export", "export", ParameterKind::flag}},
                                       parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask<Events>(parts, std::move(call), request);
}

void entity_blame(ApiParts& parts, HttpCall call) {
  boost::json::object request{
      {"id", 1}, {"type", "blame"}, {"entityType", call.path[0]}, {"entityId", call.path[1]}};
  const Result<void> read = read_query(call.query, {}, parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask_for<BlameAnswer>(parts, std::move(call), request, [](const BlameAnswer& blame) {
    HttpResponse response;
    response.body = members_of(blame);
    response.headers.push_back(etag_of(blame.version));
    return response;
  });
}

}  // namespace

void add_history_routes(Router& router, ApiParts& parts) {
  router.add({"GET", "/api/v1/history", Access::users,
              [&](HttpCall call) { whole_history(parts, std::move(call)); }});
  router.add({"GET", "/api/v1/entities/{type}/{id}/history", Access::users,
              [&](HttpCall call) { entity_history(parts, std::move(call)); }});
  router.add({"GET", "/api/v1/entities/{type}/{id}/blame", Access::users,
              [&](HttpCall call) { entity_blame(parts, std::move(call)); }});
}

}  // namespace coterie
