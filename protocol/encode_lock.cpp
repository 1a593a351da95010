// Locks to the wire: answers, the list that a room's members are sent, and each change of it.

#include "protocol/encode.hpp"
#include "protocol/encode_parts.hpp"

namespace coterie {
namespace {

void append_field(ObjectWriter& writer, const FieldPath& field) {
  if (!field.text().empty()) writer.text("field", field.text());
}

void append_lock(ObjectWriter& writer, const LockShown& lock) {
  append_key(writer, lock.place.key);
  append_field(writer, lock.place.field);
  append_holder(writer, lock.holder);
  writer.integer("fence", lock.fence.value());
  writer.integer("ttlMs", whole_ms(lock.ttl));
}

}  // namespace

std::string_view to_text(LockState state) {
  switch (state) {
    case LockState::acquired:
      return "acquired";
    case LockState::released:
      return "released";
    case LockState::expired:
      return "expired";
    case LockState::taken:
      return "taken";
  }
  return "unknown";
}

void append_holder(ObjectWriter& writer, const LockHolder& holder) {
  ObjectWriter inner(writer.member("holder"));
  inner.text("userId", holder.user.value());
  if (!holder.name.empty()) inner.text("name", holder.name);
  inner.text("sessionId", holder.session.value());
  if (!holder.client.value().empty()) inner.text("clientId", holder.client.value());
  inner.close();
}

void append_locks(ObjectWriter& writer, const std::vector<LockShown>& locks) {
  writer.list("locks", locks, [&](const LockShown& lock) {
    ObjectWriter inner(writer.out());
    append_lock(inner, lock);
    inner.close();
  });
}

std::string encode(RequestId id, const Locked& message) {
  std::string out;
  ObjectWriter writer = begin_answer(out, id.value(), "locked");
  writer.integer("fence", message.fence.value());
  writer.integer("ttlMs", whole_ms(message.ttl));
  writer.close();
  return out;
}

std::string encode(RequestId id, const Denied& message) {
  std::string out;
  ObjectWriter writer = begin_answer(out, id.value(), "denied");
  append_holder(writer, message.holder);
  append_field(writer, message.field);
  writer.integer("ttlMs", whole_ms(message.ttl));
  writer.close();
  return out;
}

std::string encode(RequestId id, const Unlocked&) {
  std::string out;
  begin_answer(out, id.value(), "unlocked").close();
  return out;
}

std::string encode(const LockPush& message) {
  std::string out;
  out.reserve(256);
  ObjectWriter writer(out);
  writer.plain("type", "lock");
  writer.plain("state", to_text(message.state));
  append_lock(writer, message.lock);
  writer.close();
  return out;
}

}  // namespace coterie
