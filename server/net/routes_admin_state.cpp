// Locks that are held, with the way to free one, and the configuration in force.
#include <utility>

#include "protocol/encode_parts.hpp"
#include "protocol/names.hpp"
#include "protocol/object_writer.hpp"
#include "server/net/account_answer.hpp"
#include "server/net/routes_admin.hpp"

namespace coterie {
namespace {

void list_locks(AdminParts& parts, HttpCall call) {
  const Result<std::size_t> limit = limit_of(call);
  if (!limit) return call.respond(error_response(limit.error()));
  HttpResponse response = json_response(200, {});
  ObjectWriter writer(response.body);
  append_locks(writer, parts.locks.newest(*limit));
  writer.integer("total", parts.locks.size());
  writer.close();
  call.respond(std::move(response));
}

// Released as its holder would; the holder and the room are told.
void release_lock(AdminParts& parts, HttpCall call) {
  const std::string field = parameter_of(call, "field");
  const EntityKey key{EntityType{call.path[0]}, EntityId{call.path[1]}};
  const std::optional<LockShown> held = parts.locks.find(key, field);
  if (!held) {
    Error error;
    error.code = ErrorCode::not_found;
    error.message = "Nobody holds this lock; it may have ended. A lock of one field is named by ?field=.";
    return call.respond(error_response(error));
  }
  const Author holder{held->holder.user, held->holder.session, held->holder.client, held->holder.name};
  Unlock unlock;
  unlock.place = held->place;
  unlock.fence = held->fence;
  std::string of = "held by " + held->holder.user.value();
  std::string what = call.path[0] + '/' + call.path[1] + (field.empty() ? "" : '.' + field);
  auto shared = std::make_shared<HttpCall>(std::move(call));
  parts.requests.ask(holder, std::move(unlock),
                     [&parts, shared, of = std::move(of), what = std::move(what)](const Answer& answer) {
                       if (!std::holds_alternative<Unlocked>(answer)) {
                         return shared->respond(refusal_response(answer));
                       }
                       note_activity(parts, *shared, ActivityKind::lock_released, what, of);
                       shared->respond(no_content());
                     });
}

void show_configuration(AdminParts& parts, HttpCall call) {
  call.respond(json_response(200, parts.configuration()));
}

constexpr Parameter kStateQuery[] = {kLimitParameter};
constexpr Parameter kFieldQuery[] = {
    {"field", ParameterKind::text, "The field that is locked; without it, the lock on the whole record."},
};

}  // namespace

void add_admin_state_routes(Router& router, AdminParts& parts) {
  const auto route = [&](std::string_view method, std::string_view pattern,
                         void (*handle)(AdminParts&, HttpCall), RouteAbout about) {
    router.add({method, pattern, Access::admins,
                [&parts, handle](HttpCall call) { handle(parts, std::move(call)); }, std::move(about)});
  };
  route("GET", "/api/v1/admin/locks", list_locks,
        {.operation = "adminListLocks",
         .summary = "The locks that are held, the newest first",
         .query = kStateQuery,
         .answers = {{200, "LockList"}}});
  route("DELETE", "/api/v1/admin/locks/{type}/{id}", release_lock,
        {.operation = "adminReleaseLock",
         .summary = "Free a lock; its holder is told",
         .query = kFieldQuery,
         .answers = {{204}}});
  route("GET", "/api/v1/admin/configuration", show_configuration,
        {.operation = "adminGetConfiguration",
         .summary = "The configuration in force, without secrets",
         .answers = {{200, "Configuration"}}});
}

}  // namespace coterie
