// /events: a session over Server-Sent Events. POST takes the members of a hello; GET, for tools that can send
// a header but no body, follows one room; DELETE ends a session as a closed WebSocket would.
#include <optional>
#include <utility>

#include "protocol/decode.hpp"
#include "protocol/json.hpp"
#include "server/auth/authenticator.hpp"
#include "server/net/entity_request.hpp"
#include "server/net/http_answer.hpp"
#include "server/net/live_session.hpp"
#include "server/net/request_query.hpp"
#include "server/net/routes.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/session_registry.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::string_view kLastEventId = "Last-Event-ID";

// The `id` of the last event that came, which is the position after it. Null where the header is not there.
Result<json::value> last_event_id(const HttpRequest& request, const WireLimits& limits) {
  const std::string* text = request.header(kLastEventId);
  if (text == nullptr || text->empty()) return json::value();
  Result<json::value> position = parse_json(*text, {limits.message_bytes, kMaxDepth, kMaxMembers});
  if (position && position->is_object()) return position;
  return bad_parameter(kLastEventId, "This header takes the id of an event of this stream, whole.");
}

// Answers with the stream, or with why there is none.
void open_stream(EventParts& parts, HttpCall& call, const json::object& object) {
  const auto refuse = [&](const Error& error) {
    parts.metrics.error(to_text(error.code));
    call.respond(error_response(error));
  };
  DecodeResult decoded = decode(to_json_text(object), parts.limits, parts.limits.body_bytes);
  if (!decoded) return refuse(decoded.error().error);
  Hello* const hello = std::get_if<Hello>(&decoded->body);
  if (hello == nullptr) return refuse(bad_parameter("type", "A stream begins with a hello."));

  const std::string token =
      hello->token.empty() ? std::string(call.request.bearer().value_or("")) : hello->token;
  Result<Identity> identity = parts.authenticator.authenticate(token);
  if (!identity) return refuse(identity.error());
  HttpResponse response;
  response.content_type = "text/event-stream";
  response.headers = {{"Cache-Control", "no-store, no-transform"}, {"X-Accel-Buffering", "no"}};
  response.stream = std::make_shared<SignedHello>(
      SignedHello{decoded->id, std::move(*hello), std::move(*identity), call.request.user_agent()});
  call.respond(std::move(response));
}

void post(EventParts& parts, HttpCall call) {
  Result<json::object> body = read_object(call.request, parts.limits);
  if (!body) return call.respond(error_response(body.error()));
  json::object hello = std::move(*body);
  hello.emplace("id", 1);
  hello.emplace("type", "hello");
  Result<json::value> position = last_event_id(call.request, parts.limits);
  if (!position) return call.respond(error_response(position.error()));
  // Who reads the stream with a library comes back with the same body: the header says how far it has come
  // since, in every room that does not ask for a snapshot.
  if (!position->is_null()) {
    hello["position"] = std::move(*position);
    json::value* rooms = hello.if_contains("subscriptions");
    if (rooms != nullptr && rooms->is_array()) {
      for (json::value& room : rooms->as_array()) {
        json::value* named = room.is_object() ? room.as_object().if_contains("position") : nullptr;
        if (named != nullptr && !named->is_null()) room.as_object().erase("position");
      }
    }
  }
  open_stream(parts, call, hello);
}

void get(EventParts& parts, HttpCall call) {
  json::object room{{"subscription", 1}};
  const Result<void> read = read_query(call, parts.limits, room);
  if (!read) return call.respond(error_response(read.error()));
  // Checked alone first, so that an error names the parameter.
  json::object alone = room;
  alone["id"] = 1;
  alone["type"] = "subscribe";
  const Result<ClientBody> checked = decode_request(alone, parts.limits);
  if (!checked) return call.respond(error_response(checked.error()));
  Result<json::value> position = last_event_id(call.request, parts.limits);
  if (!position) return call.respond(error_response(position.error()));
  json::object hello{
      {"id", 1}, {"type", "hello"}, {"clientId", "events"}, {"position", std::move(*position)}};
  hello["subscriptions"] = json::array{std::move(room)};
  open_stream(parts, call, hello);
}

void end(EventParts& parts, const HttpCall& call) {
  if (call.author.session.value().empty()) {
    return call.respond(error_response(
        bad_parameter("Coterie-Session", "Say which session is to end: send its secret in this header.")));
  }
  parts.sessions.end(call.author.session);
  HttpResponse done;
  done.status = 204;
  call.respond(std::move(done));
}

constexpr Parameter kRoomQuery[] = {
    {"entityType", ParameterKind::text, "The type of the room."},
    {"entityId", ParameterKind::text, "One record; without it, all of the type."},
    {"filter", ParameterKind::json, "Those that a filter lets through."},
    {"sort", ParameterKind::text, "The order of the snapshot."},
    {"limit", ParameterKind::number, "How many records the snapshot has at most."},
    {"snapshot", ParameterKind::flag, "false: changes from now on, without a snapshot."},
};

}  // namespace

void add_event_routes(Router& router, EventParts& parts) {
  router.add(
      {"POST",
       "/events",
       Access::everyone,
       [&](HttpCall call) { post(parts, std::move(call)); },
       {.operation = "openStream",
        .summary = "A session over Server-Sent Events; the body has the members of a hello, its token or "
                   "the header Authorization says who",
        .headers = {"Last-Event-ID"},
        .body = {{"StreamBody"}},
        .answers = {{200, {}, "text/event-stream"}}}});
  router.add({"GET",
              "/events",
              Access::everyone,
              [&](HttpCall call) { get(parts, std::move(call)); },
              {.operation = "followRoom",
               .summary = "One room as Server-Sent Events, for tools that can send Authorization",
               .query = kRoomQuery,
               .headers = {"Last-Event-ID"},
               .answers = {{200, {}, "text/event-stream"}}}});
  router.add({"DELETE",
              "/events",
              Access::users,
              [&](const HttpCall& call) { end(parts, call); },
              {.operation = "endStream",
               .summary = "End the session at once; its locks are free",
               .headers = {"Coterie-Session"},
               .answers = {{204}}}});
}

}  // namespace coterie
