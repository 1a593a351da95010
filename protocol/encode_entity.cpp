// The fragments that most messages are made of: entities, events, positions. Documents are spliced in as
// text.

#include "protocol/encode.hpp"
#include "protocol/encode_parts.hpp"
#include "protocol/time_text.hpp"

namespace coterie {

void append_key(ObjectWriter& writer, const EntityKey& key) {
  writer.plain("entityType", key.type.value());
  writer.plain("entityId", key.id.value());
}

void append_position(ObjectWriter& writer, const Position& position) {
  ObjectWriter inner(writer.member("position"));
  inner.text("epoch", position.epoch.value());
  inner.integer("seq", position.seq.value());
  if (!position.rights.empty()) inner.text("rights", position.rights);
  inner.close();
}

void append_entity_members(ObjectWriter& writer, const Entity& entity, bool data) {
  append_key(writer, entity.meta.key);
  writer.integer("version", entity.meta.version.value());
  if (!data) return;
  writer.json("data", entity.data);
  writer.plain("createdAt", to_text(entity.meta.created_at));
  writer.text("createdBy", entity.meta.created_by.value());
  writer.plain("updatedAt", to_text(entity.meta.updated_at));
  writer.text("updatedBy", entity.meta.updated_by.value());
}

void append_entity(std::string& out, const Entity& entity, bool data) {
  ObjectWriter writer(out);
  append_entity_members(writer, entity, data);
  writer.close();
}

void append_entities(ObjectWriter& writer, const std::vector<Entity>& entities, bool data) {
  writer.list("entities", entities, [&](const Entity& entity) { append_entity(writer.out(), entity, data); });
}

void append_event_members(ObjectWriter& writer, const DataSyncEvent& event, bool old) {
  writer.integer("seq", event.seq.value());
  append_key(writer, event.key);
  writer.plain("operation", to_text(event.operation));
  writer.integer("version", event.version.value());
  if (event.operation == EventOperation::create) {
    writer.json("data", event.set);
  } else if (event.operation == EventOperation::update) {
    writer.json("set", event.set);
    writer.json("unset", event.unset);
  }
  if (old && event.operation != EventOperation::create) writer.json("old", event.old);
  writer.text("userId", event.user_id.value());
  if (!event.session_id.value().empty()) writer.text("sessionId", event.session_id.value());
  if (!event.client_id.value().empty()) writer.text("clientId", event.client_id.value());
  if (!event.mutation_id.value().empty()) writer.text("mutationId", event.mutation_id.value());
  writer.plain("timestamp", to_text(event.timestamp));
  writer.plain("cause", to_text(event.cause));
}

void append_logged_event(std::string& out, const DataSyncEvent& event) {
  ObjectWriter writer(out);
  append_event_members(writer, event, true);
  writer.close();
}

void append_error_members(std::string& out, const Error& error) {
  ObjectWriter writer(out, true);
  writer.plain("code", to_text(error.code));
  writer.text("message", error.message);
  if (!error.member.empty()) writer.text("member", error.member);
  writer.boolean("retry", error.retry);
  if (error.retry_after) writer.integer("retryAfterMs", whole_ms(*error.retry_after));
  if (!error.details.empty()) write_json(writer.member("details"), error.details);
}

}  // namespace coterie
