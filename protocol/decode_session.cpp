// The requests about the connection itself: hello, refresh, subscribe, unsubscribe.

#include <algorithm>
#include <memory>

#include "protocol/decode_parts.hpp"
#include "protocol/json.hpp"
#include "protocol/names.hpp"
#include "protocol/scalar_order.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

// {"epoch": ..., "seq": ..., "rights"?: ...}: whatever else it holds is the server's own of another day, and
// comes back unread. Null is no position.
std::optional<Position> take_position(ObjectReader& in, bool& named) {
  json::value* value = in.take("position");
  named = value != nullptr;
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (!value->is_object()) {
    in.fail(bad_request("`position` has to be an object or null", "position"));
    return std::nullopt;
  }
  ObjectReader members(value->get_object());
  Position position;
  position.epoch = Epoch(members.needed_text("epoch"));
  position.seq = Seq(members.needed_integer("seq", 0, kMostInteger));
  if (auto rights = members.text("rights")) position.rights = std::move(*rights);
  if (auto error = members.finish_leniently()) {
    in.fail(within("position", std::move(*error)));
    return std::nullopt;
  }
  return position;
}

// An empty filter is none: the room of the type.
void take_room_filter(ObjectReader& in, Subscribe& subscribe) {
  std::optional<Filter> filter = take_filter(in, "filter");
  if (!filter) return;
  if (subscribe.room.id)
    in.fail(bad_request("`filter` stands in place of `entityId`, not beside it", "filter"));
  if (filter->empty()) return;
  subscribe.room.filter = to_json_text(filter->source());
  subscribe.filter = std::make_shared<const Filter>(std::move(*filter));
}

Subscribe take_subscribe(ObjectReader& in, const WireLimits& limits) {
  Subscribe subscribe;
  subscribe.subscription = SubscriptionId(in.needed_integer("subscription", 0, kMostInteger));
  if (auto type = in.entity_type("entityType")) {
    subscribe.room.type = std::move(*type);
  } else {
    in.fail(bad_request("`entityType` is missing", "entityType"));
  }
  subscribe.room.id = in.entity_id("entityId");
  take_room_filter(in, subscribe);
  subscribe.sort = take_sort(in);
  subscribe.limit = take_limit(in, limits);
  subscribe.cursor = in.text("cursor");
  subscribe.snapshot = in.boolean("snapshot").value_or(true);
  subscribe.position = take_position(in, subscribe.position_named);
  return subscribe;
}

// Within a hello too, a subscription is a request like any other: a member it does not know would change the
// room.
std::vector<Subscribe> take_subscriptions(ObjectReader& in, const WireLimits& limits) {
  std::vector<Subscribe> subscriptions;
  json::array* list = in.array("subscriptions");
  if (list == nullptr) return subscriptions;
  if (list->size() > limits.subscriptions) {
    in.fail(
        request_error(ErrorCode::limit,
                      "a session holds at most " + std::to_string(limits.subscriptions) + " subscriptions",
                      "subscriptions"));
    return subscriptions;
  }
  for (std::size_t i = 0; i < list->size() && in.ok(); ++i) {
    const std::string place = indexed("subscriptions", i);
    if (!(*list)[i].is_object()) {
      in.fail(bad_request("a subscription is an object", place));
      break;
    }
    ObjectReader members((*list)[i].get_object());
    Subscribe subscribe = take_subscribe(members, limits);
    if (auto error = members.finish("subscription")) in.fail(within(place, std::move(*error)));
    const bool repeated =
        std::any_of(subscriptions.begin(), subscriptions.end(),
                    [&](const Subscribe& other) { return other.subscription == subscribe.subscription; });
    if (repeated) {
      in.fail(bad_request("each subscription has a number of its own", place + ".subscription"));
    }
    subscriptions.push_back(std::move(subscribe));
  }
  return subscriptions;
}

std::vector<std::string> take_features(ObjectReader& in) {
  std::vector<std::string> features;
  const json::array* list = in.array("features");
  if (list == nullptr) return features;
  if (list->size() > kMaxFeatures) {
    in.fail(too_large("at most " + std::to_string(kMaxFeatures) + " features are named", "features"));
    return features;
  }
  for (const json::value& item : *list) {
    if (!item.is_string() || !is_label(text_of(item))) {
      in.fail(bad_request("a feature is a text of 1 to 64 characters", "features"));
      break;
    }
    features.emplace_back(text_of(item));
  }
  return features;
}

}  // namespace

Result<ClientBody> decode_hello(ObjectReader& in, const WireLimits& limits) {
  Hello hello;
  // A native client may have signed in by its Authorization header instead; who needs the token, asks for it.
  hello.token = in.text("token").value_or("");
  if (auto label = in.text("clientId")) {
    if (!is_label(*label)) in.fail(bad_name("a clientId is 1 to 64 printable characters", "clientId"));
    hello.client_id = ClientId(std::move(*label));
  }
  hello.resume = in.text("resume");
  bool named = false;
  hello.position = take_position(in, named);
  hello.subscriptions = take_subscriptions(in, limits);
  hello.features = take_features(in);
  if (auto error = in.finish_leniently()) return *error;
  return ClientBody(std::move(hello));
}

Result<ClientBody> decode_subscribe(ObjectReader& in, const WireLimits& limits) {
  Subscribe subscribe = take_subscribe(in, limits);
  if (auto error = in.finish("subscribe")) return *error;
  return ClientBody(std::move(subscribe));
}

Result<ClientBody> decode_unsubscribe(ObjectReader& in, const WireLimits&) {
  Unsubscribe unsubscribe{SubscriptionId(in.needed_integer("subscription", 0, kMostInteger))};
  if (auto error = in.finish("unsubscribe")) return *error;
  return ClientBody(unsubscribe);
}

Result<ClientBody> decode_refresh(ObjectReader& in, const WireLimits&) {
  Refresh refresh{in.needed_text("token")};
  if (auto error = in.finish("refresh")) return *error;
  return ClientBody(std::move(refresh));
}

}  // namespace coterie
