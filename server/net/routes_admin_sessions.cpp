// Sessions (sign-ins), the connections that rest on them, and the rooms these have joined.
#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "protocol/encode_parts.hpp"
#include "protocol/object_writer.hpp"
#include "protocol/time_text.hpp"
#include "server/accounts/account_json.hpp"
#include "server/net/account_answer.hpp"
#include "server/net/live_session.hpp"
#include "server/net/routes_admin.hpp"
#include "server/sync/session_registry.hpp"

namespace coterie {
namespace {

void list_sessions(AdminParts& parts, HttpCall call) {
  const Result<std::size_t> limit = limit_of(call);
  if (!limit) return call.respond(error_response(limit.error()));
  const UserId user{parameter_of(call, "userId")};
  std::vector<SignIn> found = parts.directory.sign_ins_of(user.value().empty() ? nullptr : &user);
  const std::size_t total = found.size();
  found.resize(std::min(total, *limit));
  const std::set<std::string> active = parts.live.active_sign_ins();
  HttpResponse response = json_response(200, {});
  ObjectWriter writer(response.body);
  writer.list("sessions", found, [&](const SignIn& one) {
    append_sign_in(writer.out(), one, active.contains(one.id), one.id == call.author.sign_in);
  });
  writer.integer("total", total);
  writer.close();
  call.respond(std::move(response));
}

void end_session(AdminParts& parts, HttpCall call) {
  parts.sign_ins.end(call.path[0], nullptr, call.author.user, origin_of(call),
                     [respond = call.respond](const Result<void>& done) {
                       respond(done ? no_content() : error_response(done.error()));
                     });
}

void append_connection(std::string& out, LiveSession& session) {
  Subscriber& subscriber = session.subscriber();
  const Author& author = subscriber.author();
  const ConnectionOrigin& origin = session.origin();
  ObjectWriter writer(out);
  writer.text("sessionId", author.session.value());
  writer.text("userId", author.user.value());
  writer.text("name", author.name);
  if (!author.client.value().empty()) writer.text("clientId", author.client.value());
  writer.plain("transport", origin.carrier);
  writer.text("address", origin.address);
  writer.text("userAgent", origin.user_agent);
  writer.plain("connectedAt", to_text(origin.since));
  writer.integer("seq", subscriber.position().value());
  writer.boolean("live", subscriber.live());
  writer.integer("queuedBytes", subscriber.sink().queued_bytes());
  writer.integer("inFlight", subscriber.in_flight().size());
  writer.list("rooms", subscriber.subscriptions(), [&](const auto& numbered) {
    const RoomKey& room = numbered.second.room;
    ObjectWriter inner(writer.out());
    inner.plain("entityType", room.type.value());
    if (room.id) inner.plain("entityId", room.id->value());
    if (!room.filter.empty()) inner.json("filter", room.filter);
    inner.close();
  });
  writer.close();
}

// The newest first.
void list_connections(AdminParts& parts, HttpCall call) {
  const Result<std::size_t> limit = limit_of(call);
  if (!limit) return call.respond(error_response(limit.error()));
  const std::string user = parameter_of(call, "userId");
  std::vector<LiveSession*> found;
  parts.live.for_each([&](LiveSession& session) {
    if (user.empty() || session.user().value() == user) found.push_back(&session);
  });
  const std::size_t total = found.size();
  const std::size_t shown = std::min(total, *limit);
  std::partial_sort(
      found.begin(), found.begin() + static_cast<std::ptrdiff_t>(shown), found.end(),
      [](LiveSession* a, LiveSession* b) { return a->subscriber().number() > b->subscriber().number(); });
  found.resize(shown);
  HttpResponse response = json_response(200, {});
  ObjectWriter writer(response.body);
  writer.list("connections", found, [&](LiveSession* session) { append_connection(writer.out(), *session); });
  writer.integer("total", total);
  writer.close();
  call.respond(std::move(response));
}

// The client comes back after the delay, as a new session: whoever is to stay away is disabled.
void end_connection(AdminParts& parts, HttpCall call) {
  const SessionId id{call.path[0]};
  const LiveSession* const session = parts.live.find(id);
  if (session == nullptr || !parts.sessions.is_attached(id)) {
    Error error;
    error.code = ErrorCode::not_found;
    error.message = "There is no such connection; it may have closed.";
    return call.respond(error_response(error));
  }
  note_activity(parts, call, ActivityKind::connection_ended, id.value(), "of " + session->user().value());
  parts.sessions.end_all([&](const Author& author) { return author.session == id; }, CloseCode::overloaded,
                         "disconnected by an administrator");
  call.respond(no_content());
}

void list_rooms(AdminParts& parts, HttpCall call) {
  const Result<std::size_t> limit = limit_of(call);
  if (!limit) return call.respond(error_response(limit.error()));
  std::map<RoomKey, std::set<SessionId>> members;
  parts.live.for_each([&](LiveSession& session) {
    for (const auto& [number, subscription] : session.subscriber().subscriptions()) {
      members[subscription.room].insert(session.id());
    }
  });
  std::vector<std::pair<std::size_t, const RoomKey*>> rooms;  // the fullest first
  rooms.reserve(members.size());
  for (const auto& [room, sessions] : members) rooms.emplace_back(sessions.size(), &room);
  std::stable_sort(rooms.begin(), rooms.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  const std::size_t total = rooms.size();
  rooms.resize(std::min(total, *limit));
  HttpResponse response = json_response(200, {});
  ObjectWriter writer(response.body);
  writer.list("rooms", rooms, [&](const auto& counted) {
    const RoomKey& room = *counted.second;
    ObjectWriter inner(writer.out());
    inner.plain("entityType", room.type.value());
    if (room.id) inner.plain("entityId", room.id->value());
    if (!room.filter.empty()) inner.json("filter", room.filter);
    inner.integer("sessions", counted.first);
    inner.close();
  });
  writer.integer("total", total);
  writer.close();
  call.respond(std::move(response));
}

constexpr Parameter kSessionsQuery[] = {kLimitParameter};
constexpr Parameter kUserQuery[] = {
    kLimitParameter,
    {"userId", ParameterKind::text, "Those of this user."},
};

}  // namespace

void add_admin_session_routes(Router& router, AdminParts& parts) {
  const auto route = [&](std::string_view method, std::string_view pattern,
                         void (*handle)(AdminParts&, HttpCall), RouteAbout about) {
    router.add({method, pattern, Access::admins,
                [&parts, handle](HttpCall call) { handle(parts, std::move(call)); }, std::move(about)});
  };
  route("GET", "/api/v1/admin/sessions", list_sessions,
        {.operation = "adminListSessions",
         .summary = "What users are signed in with",
         .query = kUserQuery,
         .answers = {{200, "SessionList"}}});
  route("DELETE", "/api/v1/admin/sessions/{id}", end_session,
        {.operation = "adminEndSession",
         .summary = "End a session; its connections are closed and its locks are free",
         .answers = {{204}}});
  route("GET", "/api/v1/admin/connections", list_connections,
        {.operation = "adminListConnections",
         .summary = "Who is connected: from where, by what, rooms, bytes queued, position",
         .query = kUserQuery,
         .answers = {{200, "ConnectionList"}}});
  route("DELETE", "/api/v1/admin/connections/{id}", end_connection,
        {.operation = "adminDisconnect",
         .summary = "Close a connection; the client comes back later as a new session",
         .answers = {{204}}});
  route("GET", "/api/v1/admin/rooms", list_rooms,
        {.operation = "adminListRooms",
         .summary = "Rooms by how many sessions have joined",
         .query = kSessionsQuery,
         .answers = {{200, "RoomList"}}});
}

}  // namespace coterie
