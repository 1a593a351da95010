// Who is in a room and what they are about (presence), and words to those who are there (signals). Nothing of
// it is stored. Thread: any; values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/types.hpp"

namespace coterie {

// ---- from the client ----

struct Presence {
  SubscriptionId subscription;
  std::optional<std::string> state;  // JSON text of an object; absent: no longer present
};
struct Signal {
  SubscriptionId subscription;
  std::string name;
  std::string data;  // JSON text
};

// ---- from the server ----

// One session in one room.
struct Present {
  std::optional<EntityId> id;  // in the list of a type's room: the record that it is about
  SessionId session;
  UserId user;
  std::string name;  // of the user, for people; may be empty
  ClientId client;
  std::string state;  // JSON text of an object
  Timestamp since;
  std::string colour{};  // of the user: "#4f46e5"; empty: none is known
  std::string initials{};
};
struct PresenceLeave {
  SessionId session;
  UserId user;
};

// What changed in one room since its last: joins and updates put a session's entry, leaves take it out.
struct PresencePush {
  EntityType type;
  std::optional<EntityId> id;
  std::vector<Present> joins;
  std::vector<Present> updates;
  std::vector<PresenceLeave> leaves;
};

struct SignalPush {
  EntityType type;
  std::optional<EntityId> id;
  std::string name;
  std::string data;  // JSON text
  UserId user;
  SessionId session;
  ClientId client;
};

}  // namespace coterie
