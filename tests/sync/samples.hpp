// Events, rooms and authors by a few words.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "protocol/messages.hpp"
#include "server/sync/hub.hpp"

namespace coterie::testing {

inline EntityKey key_of(std::string type, std::string id) {
  return {EntityType{std::move(type)}, EntityId{std::move(id)}};
}
inline RoomKey room_of(std::string type) { return {EntityType{std::move(type)}, std::nullopt}; }
inline RoomKey room_of(std::string type, std::string id) {
  return {EntityType{std::move(type)}, EntityId{std::move(id)}};
}

inline DataSyncEvent event_of(std::uint64_t seq, std::string type, std::string id, std::uint32_t index = 0,
                              std::size_t bytes = 8) {
  DataSyncEvent event;
  event.seq = Seq{seq};
  event.index = index;
  event.key = key_of(std::move(type), std::move(id));
  event.operation = EventOperation::update;
  event.version = Version{seq};
  event.set = "{\"note\":\"" + std::string(bytes, 'x') + "\"}";
  event.unset = "[]";
  event.old = "{}";
  event.user_id = UserId{"ann"};
  event.session_id = SessionId{"s1"};
  event.client_id = ClientId{"c1"};
  event.mutation_id = MutationId{"m" + std::to_string(seq)};
  return event;
}

inline Author author_of(std::string user) {
  return {UserId{user}, SessionId{"session-" + user}, ClientId{"client-" + user}};
}

inline Hub::ReadLog no_log() {
  return [](std::uint64_t, Seq, std::vector<RoomKey>, std::vector<Watch>) {
    FAIL("the ring should have been enough");
  };
}

// Subscribes and joins at once, at the hub's head.
inline void join_now(Hub& hub, Subscriber& subscriber, std::uint64_t number, RoomKey room) {
  hub.settle();
  subscriber.add(SubscriptionId{number}, std::move(room));
  subscriber.join(SubscriptionId{number}, hub.head());
}

}  // namespace coterie::testing
