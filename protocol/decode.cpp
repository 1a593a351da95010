// The envelope: the line as JSON, the type, the id; then the decoder of that type.

#include "protocol/decode.hpp"

#include <array>
#include <stdexcept>

#include "protocol/decode_parts.hpp"
#include "protocol/json.hpp"
#include "protocol/scalar_order.hpp"

namespace coterie {
namespace {

using Decoder = Result<ClientBody> (*)(ObjectReader& in, const WireLimits& limits);
struct KnownType {
  std::string_view type;
  Decoder decode;
};
// The commonest first.
constexpr std::array<KnownType, 28> kTypes{{
    {"mutate", decode_mutate},
    {"pong", decode_pong},
    {"ping", decode_ping},
    {"get", decode_get},
    {"list", decode_list},
    {"subscribe", decode_subscribe},
    {"unsubscribe", decode_unsubscribe},
    {"history", decode_history},
    {"hello", decode_hello},
    {"refresh", decode_refresh},
    {"blame", decode_blame},
    {"changes", decode_changes},
    {"acknowledge", decode_acknowledge},
    {"readers", decode_readers},
    {"forgetReader", decode_forget_reader},
    {"presence", decode_presence},
    {"lock", decode_lock},
    {"unlock", decode_unlock},
    {"signal", decode_signal},
    {"conflicts", decode_conflicts},
    {"conflict", decode_conflict},
    {"decide", decode_decide},
    {"assign", decode_assign},
    {"notifications", decode_notifications},
    {"markRead", decode_mark_read},
    {"announce", decode_announce},
    {"withdraw", decode_withdraw},
    {"announcements", decode_announcements},
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
