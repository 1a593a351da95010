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
  const Result<void> fine = know_parameters(call, {"limit"});
  const Result<std::size_t> limit = limit_of(call);
  if (!fine || !limit) return call.respond(error_response(!fine ? fine.error() : limit.error()));
  HttpResponse response = json_response(200, {});
  ObjectWriter writer(response.body);
  append_locks(writer, parts.locks.newest(*limit));
  writer.integer("total", parts.locks.size());
  writer.close();
  call.respond(std::move(response));
}

// Released as its holder would; the holder and the room are told.
void release_lock(AdminParts& parts, HttpCall call) {
  const Result<void> fine = know_parameters(call, {"field"});
  if (!fine) return call.respond(error_response(fine.error()));
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
  const Result<void> fine = know_parameters(call, {});
  call.respond(fine ? json_response(200, parts.configuration()) : error_response(fine.error()));
}

}  // namespace

void add_admin_state_routes(Router& router, AdminParts& parts) {
  const auto route = [&](std::string_view method, std::string_view pattern,
                         void (*handle)(AdminParts&, HttpCall)) {
    router.add({method, pattern, Access::admins,
                [&parts, handle](HttpCall call) { handle(parts, std::move(call)); }});
  };
  route("GET", "/api/v1/admin/locks", list_locks);
  route("DELETE", "/api/v1/admin/locks/{type}/{id}", release_lock);
  route("GET", "/api/v1/admin/configuration", show_configuration);
}

}  // namespace coterie
