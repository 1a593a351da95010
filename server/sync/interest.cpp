#include "server/sync/interest.hpp"

#include <algorithm>
#include <utility>

#include "protocol/encode.hpp"

namespace coterie {

EventHash hash_of(const EntityKey& key) {
  return {std::hash<EntityType>{}(key.type), std::hash<EntityKey>{}(key)};
}

const VeiledText* find_veiled(const std::vector<VeiledText>& texts, const Veil& veil) {
  for (const VeiledText& one : texts) {
    if (one.veil == veil.text()) return &one;
  }
  return nullptr;
}

void VeiledTexts::add(const std::shared_ptr<const Veil>& veil) {
  if (!veil || find_veiled(texts_, *veil) != nullptr) return;
  DataSyncEvent event = event_;
  veil->cut(event);
  VeiledText text{veil->text(), encode(event)};
  if (entity_) {
    Entity entity = *entity_;
    veil->cut(entity);
    text.enter_tail = enter_tail(event.seq, entity);
  }
  texts_.push_back(std::move(text));
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

const Interest::Filtered* Interest::find(WatchId watch) const {
  const auto found = std::find_if(filtered_.begin(), filtered_.end(),
                                  [&](const Filtered& one) { return one.watch.id == watch; });
  return found == filtered_.end() ? nullptr : &*found;
}

const std::string_view* Interest::told(const PastEvent& event, std::string_view& scratch) const {
  if (wants(event.hash, event.key, event.seq)) return &event.message;
  for (const Transition& one : event.transitions) {
    if (one.membership != Membership::stays || numbers_of(one.watch, event.seq).empty()) continue;
    const std::shared_ptr<const Veil>& veil = find(one.watch)->watch.veil;
    if (!veil) return &event.message;
    // Written where the watch was known, with its veil: what is not there is never told instead.
    const VeiledText* const cut = find_veiled(event.veiled, *veil);
    if (cut == nullptr) continue;
    scratch = cut->message;
    return &scratch;
  }
  return nullptr;
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
  std::string_view scratch;
  if (const std::string_view* text = told(event, scratch)) messages.push_back({event.seq, *text});
  if (filtered_.empty()) return;
  for (const Transition& one : event.transitions) {
    if (one.membership == Membership::stays) continue;
    const std::string numbers = numbers_of(one.watch, event.seq);
    if (numbers.empty()) continue;
    const std::shared_ptr<const Veil>& veil = find(one.watch)->watch.veil;
    const VeiledText* const cut = veil ? find_veiled(event.veiled, *veil) : nullptr;
    std::string text(membership_head(one.membership));
    text += numbers;
    if (one.membership == Membership::enters) {
      if (veil && cut == nullptr) continue;
      text += cut != nullptr ? std::string_view(cut->enter_tail) : event.enter_tail;
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
