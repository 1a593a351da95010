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
  const Result<void> read = read_query(call, parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask<ReadersAnswer>(parts, std::move(call), request);
}

void changes(ApiParts& parts, HttpCall call) {
  object request{{"id", 1}, {"type", "changes"}, {"reader", call.path[0]}};
  const Result<void> read = read_query(call, parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask<ChangesAnswer>(parts, std::move(call), request);
}

void acknowledge(ApiParts& parts, HttpCall call) {
  Result<object> body = read_object(call.request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));
  const Result<void> fine = refuse_members(*body, {"id", "type", "reader"});
  if (!fine) return call.respond(error_response(fine.error()));
  (*body)["id"] = 1;
  (*body)["type"] = "acknowledge";
  (*body)["reader"] = call.path[0];
  const object request = std::move(*body);
  ask_to_do<Ok>(parts, std::move(call), request);
}

void forget(ApiParts& parts, HttpCall call) {
  object request{{"id", 1}, {"type", "forgetReader"}, {"reader", call.path[0]}};
  const Result<void> read = read_query(call, parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask_to_do<Ok>(parts, std::move(call), request);
}

constexpr Parameter kChangesQuery[] = {
    {"entityType", ParameterKind::text, "Changes of this type alone."},
    {"limit", ParameterKind::number, "How many at most; 50 without it."},
    {"from", ParameterKind::text, "Where a new name begins: start (the default) or now."},
};

}  // namespace

void add_reader_routes(Router& router, ApiParts& parts) {
  router.add({"GET",
              "/api/v1/readers",
              Access::users,
              [&](HttpCall call) { list_readers(parts, std::move(call)); },
              {.operation = "listReaders",
               .summary = "The named readers, and how far behind each is",
               .answers = {{200, "ReaderList"}}}});
  router.add({"GET",
              "/api/v1/readers/{name}/changes",
              Access::users,
              [&](HttpCall call) { changes(parts, std::move(call)); },
              {.operation = "readChanges",
               .summary = "What a named reader has not acknowledged yet, the oldest first",
               .query = kChangesQuery,
               .answers = {{200, "Changes"}}}});
  router.add({"POST",
              "/api/v1/readers/{name}/acknowledge",
              Access::users,
              [&](HttpCall call) { acknowledge(parts, std::move(call)); },
              {.operation = "acknowledgeChanges",
               .summary = "All up to this position has been dealt with",
               .body = {{"AcknowledgeBody"}},
               .answers = {{204}}}});
  router.add({"DELETE",
              "/api/v1/readers/{name}",
              Access::users,
              [&](HttpCall call) { forget(parts, std::move(call)); },
              {.operation = "forgetReader",
               .summary = "End a named reader, and its claim on the log",
               .answers = {{204}}}});
}

}  // namespace coterie
