#include "server/sync/interest.hpp"

#include <algorithm>
#include <utility>

namespace coterie {

EventHash hash_of(const EntityKey& key) {
  return {std::hash<EntityType>{}(key.type), std::hash<EntityKey>{}(key)};
}

void Interest::add(const RoomKey& room, Seq from) {
  const std::uint64_t hash =
      room.id ? std::hash<EntityKey>{}(EntityKey{room.type, *room.id}) : std::hash<EntityType>{}(room.type);
  wanted_.push_back({hash, room, from});
}

void Interest::add(Filtered filtered) {
  filtered_types_.push_back(std::hash<EntityType>{}(filtered.watch.type));
  filtered_.push_back(std::move(filtered));
}

void Interest::finish() {
  std::sort(wanted_.begin(), wanted_.end(), [](const Wanted& a, const Wanted& b) { return a.hash < b.hash; });
  std::sort(filtered_types_.begin(), filtered_types_.end());
}

bool Interest::may_concern(const EventHash& hash) const {
  const auto below = [](const Wanted& wanted, std::uint64_t value) { return wanted.hash < value; };
  const auto has = [&](std::uint64_t value) {
    const auto it = std::lower_bound(wanted_.begin(), wanted_.end(), value, below);
    return it != wanted_.end() && it->hash == value;
  };
  return has(hash.type) || has(hash.entity) ||
         std::binary_search(filtered_types_.begin(), filtered_types_.end(), hash.type);
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

bool Interest::wants(const PastEvent& event) const {
  if (wants(event.hash, event.key, event.seq)) return true;
  return std::any_of(event.transitions.begin(), event.transitions.end(), [&](const Transition& one) {
    return one.membership == Membership::stays && !numbers_of(one.watch, event.seq).empty();
  });
}

// "3,5": of this subscriber's subscriptions that want the watch's events at that seq.
std::string Interest::numbers_of(WatchId watch, Seq seq) const {
  std::string numbers;
  for (const Filtered& filtered : filtered_) {
    if (filtered.watch.id != watch || filtered.from >= seq) continue;
    if (!numbers.empty()) numbers += ',';
    numbers += std::to_string(filtered.number.value());
  }
  return numbers;
}

void Interest::tell(const PastEvent& event, std::vector<PastMessage>& messages) const {
  if (wants(event)) messages.push_back({event.seq, event.message});
  if (filtered_.empty()) return;
  for (const Transition& one : event.transitions) {
    if (one.membership == Membership::stays) continue;
    const std::string numbers = numbers_of(one.watch, event.seq);
    if (numbers.empty()) continue;
    std::string text(membership_head(one.membership));
    text += numbers;
    if (one.membership == Membership::enters) {
      text += event.enter_tail;
    } else {
      text += gone_tail(event.seq, event.key);
    }
    messages.push_back({event.seq, {}, std::move(text)});
  }
}

std::vector<RoomKey> Interest::rooms() const {
  std::vector<RoomKey> rooms;
  rooms.reserve(wanted_.size() + filtered_.size());
  for (const Wanted& wanted : wanted_) rooms.push_back(wanted.room);
  for (const Filtered& filtered : filtered_) rooms.push_back(RoomKey{filtered.watch.type, std::nullopt});
  std::sort(rooms.begin(), rooms.end());
  rooms.erase(std::unique(rooms.begin(), rooms.end()), rooms.end());
  return rooms;
}

std::vector<Watch> Interest::watches() const {
  std::vector<Watch> watches;
  watches.reserve(filtered_.size());
  for (const Filtered& filtered : filtered_) watches.push_back(filtered.watch);
  return watches;
}

bool Interest::ring_tells_after(Seq seq) const {
  return std::all_of(filtered_.begin(), filtered_.end(), [&](const Filtered& filtered) {
    return filtered.since && std::max(seq, filtered.from) >= *filtered.since;
  });
}

bool Interest::awaits_watch() const {
  return std::any_of(filtered_.begin(), filtered_.end(),
                     [](const Filtered& filtered) { return !filtered.since; });
}

}  // namespace coterie
