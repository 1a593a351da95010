// Presence and signals to the wire. States and data are spliced in as the text they came as.

#include "protocol/encode.hpp"
#include "protocol/encode_parts.hpp"
#include "protocol/time_text.hpp"

namespace coterie {
namespace {

void append_present(std::string& out, const Present& present) {
  ObjectWriter writer(out);
  if (present.id) writer.plain("entityId", present.id->value());
  writer.text("sessionId", present.session.value());
  writer.text("userId", present.user.value());
  if (!present.name.empty()) writer.text("name", present.name);
  if (!present.colour.empty()) writer.text("colour", present.colour);
  if (!present.initials.empty()) writer.text("initials", present.initials);
  if (!present.client.value().empty()) writer.text("clientId", present.client.value());
  writer.json("state", present.state);
  writer.plain("since", to_text(present.since));
  writer.close();
}

void append_leave(std::string& out, const PresenceLeave& leave) {
  ObjectWriter writer(out);
  writer.text("sessionId", leave.session.value());
  writer.text("userId", leave.user.value());
  writer.close();
}

void append_room(ObjectWriter& writer, const EntityType& type, const std::optional<EntityId>& id) {
  writer.plain("entityType", type.value());
  if (id) writer.plain("entityId", id->value());
}

}  // namespace

void append_presence(ObjectWriter& writer, const std::vector<Present>& presence) {
  writer.list("presence", presence, [&](const Present& present) { append_present(writer.out(), present); });
}

std::string encode(const PresencePush& message) {
  std::string out;
  ObjectWriter writer(out);
  writer.plain("type", "presence");
  append_room(writer, message.type, message.id);
  writer.list("joins", message.joins, [&](const Present& present) { append_present(out, present); });
  writer.list("updates", message.updates, [&](const Present& present) { append_present(out, present); });
  writer.list("leaves", message.leaves, [&](const PresenceLeave& leave) { append_leave(out, leave); });
  writer.close();
  return out;
}

std::string encode(const SignalPush& message) {
  std::string out;
  ObjectWriter writer(out);
  writer.plain("type", "signal");
  append_room(writer, message.type, message.id);
  writer.text("name", message.name);
  writer.json("data", message.data);
  writer.text("userId", message.user.value());
  writer.text("sessionId", message.session.value());
  if (!message.client.value().empty()) writer.text("clientId", message.client.value());
  writer.close();
  return out;
}

}  // namespace coterie
