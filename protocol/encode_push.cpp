// What the server says unasked. The event is the hot one: encoded once, sent to everybody in the room.

#include "protocol/encode.hpp"
#include "protocol/encode_parts.hpp"

namespace coterie {

std::string encode(const DataSyncEvent& message) {
  std::string out;
  out.reserve(384 + message.set.size() + message.unset.size());
  ObjectWriter writer(out);
  writer.plain("type", "event");
  append_event_members(writer, message, false);
  writer.close();
  return out;
}

std::string encode(const Snapshot& message) {
  std::string out;
  std::size_t size = 256;
  for (const Entity& entity : message.entities) size += 320 + entity.data.size();
  out.reserve(size);
  ObjectWriter writer(out);
  writer.plain("type", "snapshot");
  writer.integer("subscription", message.subscription.value());
  writer.text("reason", message.reason);
  append_position(writer, message.position);
  if (message.whole) append_entities(writer, message.entities, true);
  if (message.cursor) writer.text("cursor", *message.cursor);
  append_locks(writer, message.locks);
  append_presence(writer, message.presence);
  writer.close();
  return out;
}

std::string encode(const SubscriptionEnded& message) {
  std::string out;
  ObjectWriter writer(out);
  writer.plain("type", "unsubscribed");
  writer.integer("subscription", message.subscription.value());
  writer.plain("code", to_text(message.code));
  writer.close();
  return out;
}

std::string encode(const PingPush& message) {
  std::string out;
  ObjectWriter writer(out);
  writer.plain("type", "ping");
  writer.integer("seq", message.seq.value());
  writer.close();
  return out;
}

std::string encode(const AuthExpiring& message) {
  std::string out;
  ObjectWriter writer(out);
  writer.plain("type", "authExpiring");
  writer.integer("inMs", whole_ms(message.in));
  writer.close();
  return out;
}

std::string encode(const Goodbye& message) {
  std::string out;
  ObjectWriter writer(out);
  writer.plain("type", "goodbye");
  writer.integer("code", static_cast<std::uint64_t>(message.code));
  writer.text("reason", message.reason);
  append_integer(writer.member("retryMs") += '[', whole_ms(message.retry_least));
  append_integer(out += ',', whole_ms(message.retry_most));
  out += ']';
  writer.close();
  return out;
}

}  // namespace coterie
