// presence and signal: small JSON that is passed on and never stored.

#include "protocol/decode_parts.hpp"
#include "protocol/json.hpp"
#include "protocol/names.hpp"

namespace coterie {
namespace {

SubscriptionId take_subscription(ObjectReader& in) {
  return SubscriptionId(in.needed_integer("subscription", 0, kMostInteger));
}

std::string take_small(ObjectReader& in, std::string_view name, const boost::json::value& value,
                       const WireLimits& limits) {
  std::string text = to_json_text(value);
  if (text.size() > limits.state_bytes) {
    in.fail(too_large(quoted(name) + " has at most " + std::to_string(limits.state_bytes) + " bytes", name));
  }
  return text;
}

}  // namespace

Result<ClientBody> decode_presence(ObjectReader& in, const WireLimits& limits) {
  Presence presence;
  presence.subscription = take_subscription(in);
  const boost::json::value* state = in.need("state");
  if (state != nullptr && state->is_object()) {
    presence.state = take_small(in, "state", *state, limits);
  } else if (state != nullptr && !state->is_null()) {
    in.fail(bad_request("`state` has to be an object, or null to be present no longer", "state"));
  }
  if (auto error = in.finish("presence")) return *error;
  return ClientBody(std::move(presence));
}

Result<ClientBody> decode_signal(ObjectReader& in, const WireLimits& limits) {
  Signal signal;
  signal.subscription = take_subscription(in);
  signal.name = in.needed_text("name");
  if (in.ok() && !is_label(signal.name)) {
    in.fail(bad_name("a signal's name is 1 to 64 printable characters", "name"));
  }
  if (const boost::json::value* data = in.need("data")) signal.data = take_small(in, "data", *data, limits);
  if (auto error = in.finish("signal")) return *error;
  return ClientBody(std::move(signal));
}

}  // namespace coterie
