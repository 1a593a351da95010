// The past over HTTP: the history of one record, of a type or of all, and who changed which field last.
#include <boost/json/object.hpp>

#include "server/net/ask.hpp"
#include "server/net/request_query.hpp"

namespace coterie {
namespace {

void entity_history(ApiParts& parts, HttpCall call) {
  boost::json::object request{
      {"id", 1}, {"type", "history"}, {"entityType", call.path[0]}, {"entityId", call.path[1]}};
  const Result<void> read = read_query(call, parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask<Events>(parts, std::move(call), request);
}

void whole_history(ApiParts& parts, HttpCall call) {
  boost::json::object request{{"id", 1}, {"type", "history"}};
  const Result<void> read = read_query(call, parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask<Events>(parts, std::move(call), request);
}

void entity_blame(ApiParts& parts, HttpCall call) {
  boost::json::object request{
      {"id", 1}, {"type", "blame"}, {"entityType", call.path[0]}, {"entityId", call.path[1]}};
  const Result<void> read = read_query(call, parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask_for<BlameAnswer>(parts, std::move(call), request, [](const BlameAnswer& blame) {
    HttpResponse response;
    response.body = members_of(blame);
    response.headers.push_back(etag_of(blame.version));
    return response;
  });
}

constexpr Parameter kEntityQuery[] = {
    {"after", ParameterKind::number, "Behind this seq, the oldest first."},
    {"before", ParameterKind::number, "Before this seq, the newest first."},
    {"userId", ParameterKind::text, "What this user did."},
    {"since", ParameterKind::text, "At this time or later."},
    {"until", ParameterKind::text, "At this time or earlier."},
    {"limit", ParameterKind::number, "How many at most; 50 without it."},
    {"export", ParameterKind::flag, "Taken out as a whole: asks the right to export, and is noted."},
};
constexpr Parameter kWholeQuery[] = {
    {"entityType", ParameterKind::text, "Records of this type."},
    kEntityQuery[0],
    kEntityQuery[1],
    kEntityQuery[2],
    kEntityQuery[3],
    kEntityQuery[4],
    kEntityQuery[5],
    kEntityQuery[6],
};

}  // namespace

void add_history_routes(Router& router, ApiParts& parts) {
  router.add({"GET",
              "/api/v1/history",
              Access::users,
              [&](HttpCall call) { whole_history(parts, std::move(call)); },
              {.operation = "listHistory",
               .summary = "Who changed what, and when, over all records or those of a type",
               .query = kWholeQuery,
               .answers = {{200, "EventPage"}}}});
  router.add({"GET",
              "/api/v1/entities/{type}/{id}/history",
              Access::users,
              [&](HttpCall call) { entity_history(parts, std::move(call)); },
              {.operation = "listEntityHistory",
               .summary = "The changes of one record",
               .query = kEntityQuery,
               .answers = {{200, "EventPage"}}}});
  router.add({"GET",
              "/api/v1/entities/{type}/{id}/blame",
              Access::users,
              [&](HttpCall call) { entity_blame(parts, std::move(call)); },
              {.operation = "getEntityBlame",
               .summary = "Who changed each field of a record last",
               .answers = {{200, "Blame", kJson, true}}}});
}

}  // namespace coterie
