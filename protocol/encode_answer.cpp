// The answers to everything but a mutation.

#include "protocol/encode.hpp"
#include "protocol/encode_parts.hpp"

namespace coterie {
namespace {

constexpr std::size_t kAnswerReserve = 256;
constexpr std::size_t kEntityReserve = 320;  // an entity's members beside its data

std::size_t size_of(const std::vector<Entity>& entities) {
  std::size_t size = kAnswerReserve;
  for (const Entity& entity : entities) size += kEntityReserve + entity.data.size();
  return size;
}

std::string_view status_word(SubscriptionStatus status) {
  switch (status) {
    case SubscriptionStatus::recovered:
      return "recovered";
    case SubscriptionStatus::resync:
      return "resync";
    case SubscriptionStatus::fresh:
      return "new";
    case SubscriptionStatus::refused:
      return "refused";
  }
  return "";
}

// A window in which something is kept: by age and by number, whichever is less.
void append_window(ObjectWriter& writer, std::string_view name, std::chrono::milliseconds age,
                   std::uint64_t count) {
  ObjectWriter window(writer.member(name));
  window.integer("ageMs", whole_ms(age));
  window.integer("count", count);
  window.close();
}

void append_limits(ObjectWriter& writer, const WireLimits& limits) {
  ObjectWriter inner(writer.member("limits"));
  inner.integer("messageBytes", limits.message_bytes);
  inner.integer("bodyBytes", limits.body_bytes);
  inner.integer("entityBytes", limits.entity_bytes);
  inner.integer("transactionBytes", limits.transaction_bytes);
  inner.integer("operations", limits.operations);
  inner.integer("subscriptions", limits.subscriptions);
  inner.integer("inFlight", limits.in_flight);
  inner.integer("locks", limits.locks);
  inner.integer("stateBytes", limits.state_bytes);
  inner.integer("pageEntities", limits.page_entities);
  inner.integer("pageBytes", limits.page_bytes);
  append_window(inner, "answers", limits.answers_age, limits.answers_count);
  append_window(inner, "resume", limits.resume_age, limits.resume_events);
  inner.integer("conflicts", limits.conflicts);
  inner.integer("notifications", limits.notifications);
  inner.integer("announcements", limits.announcements);
  if (limits.messages_per_s != 0) {
    ObjectWriter messages(inner.member("messages"));
    messages.integer("perSecond", limits.messages_per_s);
    messages.integer("burst", limits.messages_burst);
    messages.close();
  }
  inner.close();
}

void append_state(std::string& out, const SubscriptionState& state) {
  ObjectWriter writer(out);
  writer.integer("subscription", state.subscription.value());
  writer.plain("status", status_word(state.status));
  if (!state.reason.empty()) writer.text("reason", state.reason);
  writer.close();
}

}  // namespace

std::string encode(RequestId id, const Welcome& message) {
  std::string out;
  out.reserve(1024);
  ObjectWriter writer = begin_answer(out, id.value(), "welcome");
  writer.text("sessionId", message.session_id.value());
  writer.text("resume", message.resume);
  ObjectWriter user(writer.member("user"));
  user.text("id", message.user.id.value());
  user.text("name", message.user.name);
  if (!message.user.colour.empty()) user.text("colour", message.user.colour);
  if (!message.user.initials.empty()) user.text("initials", message.user.initials);
  user.close();
  append_position(writer, message.position);
  writer.integer("heartbeatMs", whole_ms(message.limits.heartbeat));
  append_limits(writer, message.limits);
  if (message.token_expires_in) writer.integer("tokenExpiresInMs", whole_ms(*message.token_expires_in));
  writer.list("features", message.features,
              [&](const std::string& feature) { write_json(out, std::string_view(feature)); });
  writer.list("subscriptions", message.subscriptions,
              [&](const SubscriptionState& state) { append_state(out, state); });
  writer.close();
  return out;
}

std::string encode(RequestId id, const Subscribed& message) {
  std::string out;
  out.reserve(size_of(message.entities));
  ObjectWriter writer = begin_answer(out, id.value(), "subscribed");
  writer.integer("subscription", message.subscription.value());
  append_position(writer, message.position);
  append_entities(writer, message.entities, true);
  if (message.cursor) writer.text("cursor", *message.cursor);
  append_locks(writer, message.locks);
  append_presence(writer, message.presence);
  writer.close();
  return out;
}

std::string encode(RequestId id, const Unsubscribed& message) {
  std::string out;
  ObjectWriter writer = begin_answer(out, id.value(), "unsubscribed");
  writer.integer("subscription", message.subscription.value());
  writer.close();
  return out;
}

std::string encode(RequestId id, const EntityAnswer& message) {
  std::string out;
  out.reserve(kAnswerReserve + kEntityReserve + message.entity.data.size());
  ObjectWriter writer = begin_answer(out, id.value(), "entity");
  append_entity_members(writer, message.entity, true);
  append_position(writer, message.position);
  writer.close();
  return out;
}

std::string encode(RequestId id, const Entities& message) {
  std::string out;
  out.reserve(size_of(message.entities));
  ObjectWriter writer = begin_answer(out, id.value(), "entities");
  append_entities(writer, message.entities, message.data);
  append_position(writer, message.position);
  if (message.cursor) writer.text("cursor", *message.cursor);
  if (message.total) writer.integer("total", *message.total);
  if (message.page_count) writer.integer("pageCount", *message.page_count);
  if (message.search_lag) writer.integer("searchLag", *message.search_lag);
  writer.close();
  return out;
}

std::string encode(RequestId id, const Refreshed& message) {
  std::string out;
  ObjectWriter writer = begin_answer(out, id.value(), "refreshed");
  if (message.token_expires_in) writer.integer("tokenExpiresInMs", whole_ms(*message.token_expires_in));
  writer.close();
  return out;
}

std::string encode(RequestId id, const PongAnswer& message) {
  std::string out;
  ObjectWriter writer = begin_answer(out, id.value(), "pong");
  writer.integer("seq", message.seq.value());
  writer.close();
  return out;
}

std::string encode(RequestId id, const Error& message) {
  std::string out;
  begin_answer(out, id.value(), "error");
  out += ',';
  append_error_members(out, message);
  out += '}';
  return out;
}

std::string encode(const Error& message) {
  std::string out = R"({"type":"error",)";
  append_error_members(out, message);
  out += '}';
  return out;
}

}  // namespace coterie
