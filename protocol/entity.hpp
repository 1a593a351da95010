// One record as the store keeps it and the wire shows it, and the event that tells what a commit did to it.
// Documents travel as text (written by write_json): most are only passed on, and parsing costs more than
// storing. Thread: any; values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/types.hpp"

namespace coterie {

struct EntityMeta {
  EntityKey key;
  Version version;
  Timestamp created_at;
  UserId created_by;
  Timestamp updated_at;
  UserId updated_by;
  friend bool operator==(const EntityMeta&, const EntityMeta&) = default;
};

struct Entity {
  EntityMeta meta;
  std::string data;  // JSON object text
  friend bool operator==(const Entity&, const Entity&) = default;
};

enum class EventOperation { create, update, remove };  // on the wire CREATE, UPDATE, DELETE
enum class Cause { user, merge, restore, sync, system };
std::string_view to_text(EventOperation operation);
std::string_view to_text(Cause cause);
std::optional<EventOperation> event_operation_from_text(std::string_view text);
std::optional<Cause> cause_from_text(std::string_view text);

// What a commit did to one entity. All events of a commit share its seq; `index` tells them apart.
struct DataSyncEvent {
  Seq seq;
  std::uint32_t index = 0;  // within the commit; not on the wire
  EntityKey key;
  EventOperation operation{};
  Version version;
  std::string set;  // JSON text: CREATE the whole data; UPDATE an object of dotted path to value; DELETE "{}"
  std::string unset;  // JSON text: an array of dotted paths
  std::string old;  // JSON text: UPDATE an object of dotted path to the value before, absent paths left out;
                    // DELETE the whole data before; CREATE "{}". In the log and the history, not in events.
  UserId user_id;
  SessionId session_id;
  ClientId client_id;
  MutationId mutation_id;
  Timestamp timestamp;
  Cause cause{};
  friend bool operator==(const DataSyncEvent&, const DataSyncEvent&) = default;
};

}  // namespace coterie
