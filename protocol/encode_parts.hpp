// What the files of the encoder share: members that stand in more than one message. Nobody else includes
// this. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "protocol/messages.hpp"
#include "protocol/object_writer.hpp"

namespace coterie {

// A duration on the wire: whole milliseconds, never negative.
inline std::uint64_t whole_ms(std::chrono::milliseconds time) {
  return time.count() < 0 ? 0 : static_cast<std::uint64_t>(time.count());
}

void append_key(ObjectWriter& writer, const EntityKey& key);
void append_position(ObjectWriter& writer, const Position& position);
void append_entity_members(ObjectWriter& writer, const Entity& entity, bool data);
void append_entities(ObjectWriter& writer, const std::vector<Entity>& entities, bool data);
void append_event_members(ObjectWriter& writer, const DataSyncEvent& event, bool old);
void append_holder(ObjectWriter& writer, const LockHolder& holder);  // "holder":{...}
void append_locks(ObjectWriter& writer, const std::vector<LockShown>& locks);
void append_presence(ObjectWriter& writer, const std::vector<Present>& presence);

}  // namespace coterie
