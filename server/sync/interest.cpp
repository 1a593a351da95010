#include "server/sync/interest.hpp"

#include <algorithm>

namespace coterie {

EventHash hash_of(const EntityKey& key) {
  return {std::hash<EntityType>{}(key.type), std::hash<EntityKey>{}(key)};
}

void Interest::add(const RoomKey& room, Seq from) {
  const std::uint64_t hash =
      room.id ? std::hash<EntityKey>{}(EntityKey{room.type, *room.id}) : std::hash<EntityType>{}(room.type);
  wanted_.push_back({hash, room, from});
}

void Interest::finish() {
  std::sort(wanted_.begin(), wanted_.end(), [](const Wanted& a, const Wanted& b) { return a.hash < b.hash; });
}

bool Interest::matches(std::uint64_t hash, bool by_entity, const EntityKey& key, Seq seq) const {
  auto it = std::lower_bound(wanted_.begin(), wanted_.end(), hash,
                             [](const Wanted& wanted, std::uint64_t value) { return wanted.hash < value; });
  for (; it != wanted_.end() && it->hash == hash; ++it) {
    if (it->from >= seq || it->room.id.has_value() != by_entity || it->room.type != key.type) continue;
    if (!by_entity || *it->room.id == key.id) return true;
  }
  return false;
}

bool Interest::wants(const EventHash& hash, const EntityKey& key, Seq seq) const {
  return matches(hash.type, false, key, seq) || matches(hash.entity, true, key, seq);
}

std::vector<RoomKey> Interest::rooms() const {
  std::vector<RoomKey> rooms;
  rooms.reserve(wanted_.size());
  for (const Wanted& wanted : wanted_) rooms.push_back(wanted.room);
  std::sort(rooms.begin(), rooms.end());
  rooms.erase(std::unique(rooms.begin(), rooms.end()), rooms.end());
  return rooms;
}

}  // namespace coterie
