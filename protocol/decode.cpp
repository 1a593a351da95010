// The envelope: the line as JSON, the type, the id; then the decoder of that type.

#include "protocol/decode.hpp"

#include <array>
#include <stdexcept>

#include "protocol/decode_parts.hpp"
#include "protocol/json.hpp"
#include "protocol/request_types.hpp"
#include "protocol/scalar_order.hpp"

namespace coterie {
namespace {

using Decoder = Result<ClientBody> (*)(ObjectReader& in, const WireLimits& limits);
struct KnownType {
  std::string_view type;
  Decoder decode;
  std::array<std::string_view, 3> answers;  // besides `error`
};
// The commonest first.
constexpr std::array<KnownType, 28> kTypes{{
    {"mutate", decode_mutate, {"committed", "conflict", "rejected"}},
    {"pong", decode_pong, {}},
    {"ping", decode_ping, {"pong"}},
    {"get", decode_get, {"entity"}},
    {"list", decode_list, {"entities"}},
    {"subscribe", decode_subscribe, {"subscribed"}},
    {"unsubscribe", decode_unsubscribe, {"unsubscribed"}},
    {"history", decode_history, {"events"}},
    {"hello", decode_hello, {"welcome"}},
    {"refresh", decode_refresh, {"refreshed"}},
    {"blame", decode_blame, {"blame"}},
    {"changes", decode_changes, {"changes"}},
    {"acknowledge", decode_acknowledge, {"ok"}},
    {"readers", decode_readers, {"readers"}},
    {"forgetReader", decode_forget_reader, {"ok"}},
    {"presence", decode_presence, {"ok"}},
    {"lock", decode_lock, {"locked", "denied"}},
    {"unlock", decode_unlock, {"unlocked"}},
    {"signal", decode_signal, {"ok"}},
    {"conflicts", decode_conflicts, {"conflicts"}},
    {"conflict", decode_conflict, {"storedConflict"}},
    {"decide", decode_decide, {"committed", "conflict", "rejected"}},
    {"assign", decode_assign, {"assigned"}},
    {"notifications", decode_notifications, {"notifications"}},
    {"markRead", decode_mark_read, {"ok"}},
    {"announce", decode_announce, {"announced"}},
    {"withdraw", decode_withdraw, {"withdrawn"}},
    {"announcements", decode_announcements, {"announcements"}},
}};

Error unknown_type(std::string_view type) {
  std::string known;
  for (const KnownType& candidate : kTypes) {
    if (!known.empty()) known += ", ";
    known += candidate.type;
  }
  return bad_request(quoted(type) + " is not a request; known are " + known, "type");
}

const KnownType* find_type(std::string_view type) {
  for (const KnownType& candidate : kTypes) {
    if (candidate.type == type) return &candidate;
  }
  return nullptr;
}

}  // namespace

void throw_exception_from_error(const DecodeError& error, const boost::source_location& where) {
  throw_exception_from_error(error.error, where);
}

std::vector<RequestType> request_types() {
  std::vector<RequestType> types;
  for (const KnownType& known : kTypes) {
    RequestType& type = types.emplace_back(RequestType{known.type, {}});
    for (const std::string_view answer : known.answers) {
      if (!answer.empty()) type.answers.push_back(answer);
    }
  }
  return types;
}

DecodeResult decode(std::string_view line, const WireLimits& limits, std::size_t bytes) {
  Result<boost::json::value> parsed = parse_json(line, JsonLimits{bytes, kMaxMessageDepth, kMaxMembers});
  if (!parsed) return DecodeError{std::nullopt, parsed.error()};
  if (!parsed->is_object()) return DecodeError{std::nullopt, bad_request("a message is an object")};

  std::optional<RequestId> id;
  if (const boost::json::value* given = parsed->get_object().if_contains("id")) {
    if (const auto number = integer_in(*given, 0, kMostInteger)) id = RequestId(*number);
  }
  ObjectReader in(parsed->get_object());
  const std::string type = in.needed_text("type");
  if (!in.ok()) return DecodeError{id, *in.finish("")};
  const KnownType* known = find_type(type);
  if (known == nullptr) return DecodeError{id, unknown_type(type)};
  if (known->decode != decode_pong) in.needed_integer("id", 0, kMostInteger);
  if (!in.ok()) return DecodeError{id, *in.finish("")};

  Result<ClientBody> body = known->decode(in, limits);
  if (!body) return DecodeError{id, body.error()};
  return ClientMessage{id.value_or(RequestId{}), std::move(*body)};
}

}  // namespace coterie
