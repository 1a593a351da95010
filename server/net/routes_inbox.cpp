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
  Result<void> fine = refuse_parameters(call, "");
  for (auto& member : request) {
    if (fine) fine = refuse_members(*body, {member.key()});
  }
  if (!fine) return fine.error();
  for (auto& member : *body) request[member.key()] = std::move(member.value());
  return request;
}

void list_conflicts(ApiParts& parts, HttpCall call) {
  object request{{"id", 1}, {"type", "conflicts"}};
  const Result<void> read = read_query(call.query,
                                       {{"state", "state", ParameterKind::text},
                                        {"entityType", "entityType", ParameterKind::text},
                                        {"entityId", "entityId", ParameterKind::text},
                                        {"assignee", "assignee", ParameterKind::text},
                                        {"limit", "limit", ParameterKind::number},
                                        {"cursor", "cursor", ParameterKind::text}},
                                       parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask<ConflictPage>(parts, std::move(call), request);
}

void show_conflict(ApiParts& parts, HttpCall call) {
  const Result<std::uint64_t> id = number_of(call.path[0]);
  Result<void> fine = refuse_parameters(call, "");
  if (!id) fine = id.error();
  if (!fine) return call.respond(error_response(fine.error()));
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
  const Result<void> read = read_query(call.query,
                                       {{"unread", "unread", ParameterKind::flag},
                                        {"limit", "limit", ParameterKind::number},
                                        {"cursor", "cursor", ParameterKind::text}},
                                       parts.limits, request);
  if (!read) return call.respond(error_response(read.error()));
  ask<NotificationPage>(parts, std::move(call), request);
}

void mark_read(ApiParts& parts, HttpCall call) {
  const Result<object> request = read_body(parts, call, {{"id", 1}, {"type", "markRead"}});
  if (!request) return call.respond(error_response(request.error()));
  ask<MarkedRead>(parts, std::move(call), *request);
}

void list_announcements(ApiParts& parts, HttpCall call) {
  const Result<void> fine = refuse_parameters(call, "");
  if (!fine) return call.respond(error_response(fine.error()));
  ask<Announcements>(parts, std::move(call), {{"id", 1}, {"type", "announcements"}});
}

void announce(ApiParts& parts, HttpCall call) {
  const Result<object> request = read_body(parts, call, {{"id", 1}, {"type", "announce"}});
  if (!request) return call.respond(error_response(request.error()));
  ask<Announced>(parts, std::move(call), *request, 201);
}

void withdraw(ApiParts& parts, HttpCall call) {
  const Result<std::uint64_t> id = number_of(call.path[0]);
  Result<void> fine = refuse_parameters(call, "");
  if (!id) fine = id.error();
  if (!fine) return call.respond(error_response(fine.error()));
  ask_to_do<Withdrawn>(parts, std::move(call), {{"id", 1}, {"type", "withdraw"}, {"announcementId", *id}});
}

}  // namespace

void add_inbox_routes(Router& router, ApiParts& parts) {
  const auto add = [&](std::string_view method, std::string_view pattern,
                       void (*handle)(ApiParts&, HttpCall)) {
    router.add({method, pattern, Access::users,
                [&parts, handle](HttpCall call) { handle(parts, std::move(call)); }});
  };
  add("GET", "/api/v1/conflicts", list_conflicts);
  add("GET", "/api/v1/conflicts/{id}", show_conflict);
  add("POST", "/api/v1/conflicts/{id}/decide", decide_conflict);
  add("POST", "/api/v1/conflicts/{id}/assign", assign_conflict);
  add("GET", "/api/v1/notifications", list_notifications);
  add("POST", "/api/v1/notifications/read", mark_read);
  add("GET", "/api/v1/announcements", list_announcements);
  add("POST", "/api/v1/announcements", announce);
  add("DELETE", "/api/v1/announcements/{id}", withdraw);
}

}  // namespace coterie
