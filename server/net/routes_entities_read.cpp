// Reading records over HTTP: one, a page of a type. The query becomes a request of the
// protocol and passes the same checks as one that came over a WebSocket.
#include <boost/json/object.hpp>

#include "protocol/encode.hpp"
#include "protocol/json.hpp"
#include "server/net/entity_tag.hpp"
#include "server/net/http_answer.hpp"
#include "server/net/request_query.hpp"
#include "server/net/routes.hpp"

namespace coterie {
namespace {

constexpr std::size_t kDefaultPageSize = 50;

void append_position(std::string& out, const Position& position) {
  out += R"("position":{"epoch":)";
  write_json(out, position.epoch.value());
  out += R"(,"seq":)" + std::to_string(position.seq.value()) + '}';
}

HttpResponse page_response(const Entities& page) {
  HttpResponse response;
  std::string& body = response.body;
  body = R"({"entities":[)";
  for (const Entity& entity : page.entities) {
    if (body.back() != '[') body += ',';
    append_entity(body, entity, page.data);
  }
  body += "],";
  append_position(body, page.position);
  if (page.cursor) {
    body += R"(,"cursor":)";
    write_json(body, *page.cursor);
  }
  if (page.total) body += R"(,"total":)" + std::to_string(*page.total);
  if (page.page_count) body += R"(,"pageCount":)" + std::to_string(*page.page_count);
  if (page.search_lag) body += R"(,"searchLag":)" + std::to_string(*page.search_lag);
  body += '}';
  return response;
}

void get_entity(ApiParts& parts, HttpCall call) {
  boost::json::object request{
      {"id", 1}, {"type", "get"}, {"entityType", call.path[0]}, {"entityId", call.path[1]}};
  const Result<void> read = read_query(call, parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  Result<ClientBody> body = decode_request(request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));

  auto done = [respond = std::move(call.respond),
               if_none_match = call.request.list("If-None-Match")](Answer answer) {
    const auto* found = std::get_if<EntityAnswer>(&answer);
    if (found == nullptr) return respond(refusal_response(answer));
    HttpHeader etag = etag_of(found->entity.meta.version);
    if (names_etag(if_none_match, etag.value)) return respond({304, "", "", {std::move(etag)}});
    respond(entity_response(200, found->entity));
  };
  parts.requests.ask(call.author, std::move(*body), std::move(done));
}

// page and pageSize stand for page and limit, and count what there is.
Result<void> read_pages(boost::json::object& request) {
  const bool page = request.contains("page");
  boost::json::value size;
  if (auto* given = request.if_contains("pageSize")) {
    if (!page) return bad_parameter("pageSize", "pageSize goes with page; without page say limit.");
    size = *given;
    request.erase("pageSize");
  }
  if (!page) return {};
  for (const char* other : {"limit", "cursor"}) {
    if (request.contains(other)) return bad_parameter(other, "This parameter does not go with page.");
  }
  request["limit"] = size.is_null() ? boost::json::value(kDefaultPageSize) : size;
  request["count"] = true;
  return {};
}

void list_entities(ApiParts& parts, HttpCall call) {
  boost::json::object request{{"id", 1}, {"type", "list"}, {"entityType", call.path[0]}};
  Result<void> read = read_query(call, parts.limits, request);
  if (read) read = read_pages(request);
  if (!read) return call.respond(error_response(read.error()));
  Result<ClientBody> body = decode_request(request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));

  parts.requests.ask(call.author, std::move(*body), [respond = std::move(call.respond)](Answer answer) {
    const auto* page = std::get_if<Entities>(&answer);
    respond(page ? page_response(*page) : refusal_response(answer));
  });
}

constexpr Parameter kEntitiesQuery[] = {
    {"filter", ParameterKind::json, "A filter; without it, all records of the type."},
    {"search", ParameterKind::text, "Words that must all occur in the searched fields."},
    {"sort", ParameterKind::text, "Paths, - for descending: -dueDate,name."},
    {"limit", ParameterKind::number, "How many at most; 50 without it."},
    {"cursor", ParameterKind::text, "That of the page before."},
    {"page", ParameterKind::number, "The number of the page, from 1, in place of limit and cursor."},
    {"pageSize", ParameterKind::number, "Records of a page; 50 without it."},
    {"count", ParameterKind::flag, "Whether to tell how many there are in all."},
    {"data", ParameterKind::flag, "false: ids and versions alone."},
    {"export", ParameterKind::flag, "Taken out as a whole: asks the right to export, and is noted."},
};
constexpr Parameter kGetQuery[] = {
    {"version", ParameterKind::number, "As the record stood at this version."},
};

}  // namespace

void add_entity_read_routes(Router& router, ApiParts& parts) {
  router.add({"GET",
              "/api/v1/entities/{type}",
              Access::users,
              [&](HttpCall call) { list_entities(parts, std::move(call)); },
              {.operation = "listEntities",
               .summary = "The records of a type: filtered, searched, sorted, in pages",
               .query = kEntitiesQuery,
               .answers = {{200, "EntityPage"}}}});
  router.add({"GET",
              "/api/v1/entities/{type}/{id}",
              Access::users,
              [&](HttpCall call) { get_entity(parts, std::move(call)); },
              {.operation = "getEntity",
               .summary = "One record, now or at a version",
               .query = kGetQuery,
               .headers = {"If-None-Match"},
               .answers = {{200, "Entity", kJson, true}, {304, {}, kJson, true}}}});
}

}  // namespace coterie
