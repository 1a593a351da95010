// The conflict inbox, notifications and announcements over HTTP. Every route becomes the request of the
// protocol that it stands for; the answers are the same JSON without its envelope.
#include <charconv>
#include <string>
#include <utility>

#include "server/net/ask.hpp"
#include "server/net/entity_request.hpp"
#include "server/net/idempotency_key.hpp"
#include "server/net/request_query.hpp"

namespace coterie {
namespace {

using boost::json::object;

// A number of the path: what is none is nowhere.
Result<std::uint64_t> number_of(const std::string& step) {
  std::uint64_t number = 0;
  const auto [rest, failed] = std::from_chars(step.data(), step.data() + step.size(), number);
  if (failed == std::errc() && rest == step.data() + step.size() && number > 0 &&
      number <= static_cast<std::uint64_t>(kMaxInteger)) {
    return number;
  }
  Error error;
  error.code = ErrorCode::not_found;
  error.message = "There is nothing at this path; it ends in a number.";
  return error;
}

// The body laid into the request; the members that the path decides are refused.
Result<object> read_body(const ApiParts& parts, const HttpCall& call, object request) {
  Result<object> body = read_object(call.request, parts.limits);
  if (!body) return body;
  Result<void> fine;
  for (auto& member : request) {
    if (fine) fine = refuse_members(*body, {member.key()});
  }
  if (!fine) return fine.error();
  for (auto& member : *body) request[member.key()] = std::move(member.value());
  return request;
}

void list_conflicts(ApiParts& parts, HttpCall call) {
  object request{{"id", 1}, {"type", "conflicts"}};
  const Result<void> read = read_query(call, parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask<ConflictPage>(parts, std::move(call), request);
}

void show_conflict(ApiParts& parts, HttpCall call) {
  const Result<std::uint64_t> id = number_of(call.path[0]);
  if (!id) return call.respond(error_response(id.error()));
  ask<ConflictShown>(parts, std::move(call), {{"id", 1}, {"type", "conflict"}, {"conflictId", *id}});
}

// A committed decision is answered by the very text that a WebSocket would be sent, without its id.
HttpResponse decision_response(const Answer& answer) {
  HttpResponse response;
  if (const auto* committed = std::get_if<CommittedAnswer>(&answer)) {
    response.body = committed->body;
  } else if (const auto* repeated = std::get_if<Repeated>(&answer)) {
    response.body = repeated->body;
  } else {
    return refusal_response(answer);
  }
  return response;
}

void decide_conflict(ApiParts& parts, HttpCall call) {
  const Result<std::uint64_t> id = number_of(call.path[0]);
  if (!id) return call.respond(error_response(id.error()));
  Result<std::optional<MutationId>> key = idempotency_key(call.request);
  if (!key) return call.respond(error_response(key.error()));
  const MutationId mutation = *key ? std::move(**key) : parts.make_mutation_id();
  Result<object> request = read_body(
      parts, call, {{"id", 1}, {"type", "decide"}, {"conflictId", *id}, {"mutationId", mutation.value()}});
  if (!request) return call.respond(error_response(request.error()));
  Result<ClientBody> body = decode_request(*request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));
  parts.requests.ask(call.author, std::move(*body), [respond = std::move(call.respond)](Answer answer) {
    respond(decision_response(answer));
  });
}

void assign_conflict(ApiParts& parts, HttpCall call) {
  const Result<std::uint64_t> id = number_of(call.path[0]);
  if (!id) return call.respond(error_response(id.error()));
  const Result<object> request = read_body(parts, call, {{"id", 1}, {"type", "assign"}, {"conflictId", *id}});
  if (!request) return call.respond(error_response(request.error()));
  ask<Assigned>(parts, std::move(call), *request);
}

void list_notifications(ApiParts& parts, HttpCall call) {
  object request{{"id", 1}, {"type", "notifications"}};
  const Result<void> read = read_query(call, parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask<NotificationPage>(parts, std::move(call), request);
}

void mark_read(ApiParts& parts, HttpCall call) {
  const Result<object> request = read_body(parts, call, {{"id", 1}, {"type", "markRead"}});
  if (!request) return call.respond(error_response(request.error()));
  ask<MarkedRead>(parts, std::move(call), *request);
}

void list_announcements(ApiParts& parts, HttpCall call) {
  ask<Announcements>(parts, std::move(call), {{"id", 1}, {"type", "announcements"}});
}

void announce(ApiParts& parts, HttpCall call) {
  const Result<object> request = read_body(parts, call, {{"id", 1}, {"type", "announce"}});
  if (!request) return call.respond(error_response(request.error()));
  ask<Announced>(parts, std::move(call), *request, 201);
}

void withdraw(ApiParts& parts, HttpCall call) {
  const Result<std::uint64_t> id = number_of(call.path[0]);
  if (!id) return call.respond(error_response(id.error()));
  ask_to_do<Withdrawn>(parts, std::move(call), {{"id", 1}, {"type", "withdraw"}, {"announcementId", *id}});
}

constexpr Parameter kConflictsQuery[] = {
    {"state", ParameterKind::text, "open, decided or dismissed."},
    {"entityType", ParameterKind::text, "Of records of this type."},
    {"entityId", ParameterKind::text, "Of this record; goes with entityType."},
    {"assignee", ParameterKind::text, "That this user is to decide."},
    {"limit", ParameterKind::number, "How many at most; 50 without it."},
    {"cursor", ParameterKind::text, "That of the page before."},
};
constexpr Parameter kNotificationsQuery[] = {
    {"unread", ParameterKind::flag, "false: those that were read as well."},
    {"limit", ParameterKind::number, "How many at most; 50 without it."},
    {"cursor", ParameterKind::text, "That of the page before."},
};

RouteAbout about_conflicts(std::string_view operation, std::string_view summary) {
  return {.operation = operation,
          .summary = summary,
          .query = kConflictsQuery,
          .answers = {{200, "ConflictPage"}}};
}

using ApiHandler = void (*)(ApiParts&, HttpCall);

Route route(ApiParts& parts, std::string_view method, std::string_view pattern, ApiHandler handle,
            RouteAbout about) {
  return {method, pattern, Access::users, [&parts, handle](HttpCall call) { handle(parts, std::move(call)); },
          std::move(about)};
}

void add_conflict_routes(Router& router, ApiParts& parts) {
  const auto add = [&](std::string_view method, std::string_view pattern, ApiHandler handle,
                       RouteAbout about) {
    router.add(route(parts, method, pattern, handle, std::move(about)));
  };
  add("GET", "/api/v1/conflicts", list_conflicts,
      about_conflicts("listConflicts", "The stored conflicts, the newest first, and how many are open"));
  add("GET", "/api/v1/conflicts/{id}", show_conflict,
      {.operation = "getConflict",
       .summary = "A stored conflict, against the record as it stands now",
       .answers = {{200, "StoredConflict"}}});
  add("POST", "/api/v1/conflicts/{id}/decide", decide_conflict,
      {.operation = "decideConflict",
       .summary = "Decide a stored conflict, once",
       .headers = {"Idempotency-Key", "Coterie-Session"},
       .body = {{"DecideBody"}},
       .answers = {{200, "Decided"}, {409, "StaleOrRefused", kProblem, true}}});
  add("POST", "/api/v1/conflicts/{id}/assign", assign_conflict,
      {.operation = "assignConflict",
       .summary = "Say who is to decide a conflict",
       .body = {{"AssignBody"}},
       .answers = {{200, "Assigned"}}});
}

}  // namespace

void add_inbox_routes(Router& router, ApiParts& parts) {
  const auto add = [&](std::string_view method, std::string_view pattern, ApiHandler handle,
                       RouteAbout about) {
    router.add(route(parts, method, pattern, handle, std::move(about)));
  };
  add_conflict_routes(router, parts);
  add("GET", "/api/v1/notifications", list_notifications,
      {.operation = "listNotifications",
       .summary = "What happened to one's own changes, the newest first",
       .query = kNotificationsQuery,
       .answers = {{200, "NotificationPage"}}});
  add("POST", "/api/v1/notifications/read", mark_read,
      {.operation = "markNotificationsRead",
       .summary = "Mark notifications as read",
       .body = {{"MarkReadBody"}},
       .answers = {{200, "Unread"}}});
  add("GET", "/api/v1/announcements", list_announcements,
      {.operation = "listAnnouncements",
       .summary = "The announcements that stand",
       .answers = {{200, "AnnouncementList"}}});
  add("POST", "/api/v1/announcements", announce,
      {.operation = "announce",
       .summary = "A word to everyone",
       .body = {{"AnnounceBody"}},
       .answers = {{201, "Announced"}}});
  add("DELETE", "/api/v1/announcements/{id}", withdraw,
      {.operation = "withdrawAnnouncement", .summary = "Take an announcement back", .answers = {{204}}});
}

void add_admin_conflict_route(Router& router, ApiParts& parts) {
  router.add({"GET", "/api/v1/admin/conflicts", Access::admins,
              [&parts](HttpCall call) { list_conflicts(parts, std::move(call)); },
              about_conflicts("adminListConflicts", "The same as /api/v1/conflicts")});
}

}  // namespace coterie
