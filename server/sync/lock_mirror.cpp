#include "server/sync/lock_mirror.hpp"

#include <algorithm>
#include <utility>

namespace coterie {

LockShown shown(const HeldLock& lock, HeldLock::Time now) {
  return {lock.place, lock.holder, lock.fence, lock.left(now)};
}

void LockMirror::apply(const LockChange& change) {
  const HeldLock& lock = change.lock;
  switch (change.kind) {
    case LockChange::Kind::acquired:
    case LockChange::Kind::moved:
    case LockChange::Kind::renewed:
      locks_.insert_or_assign(lock.place, lock);
      return;
    case LockChange::Kind::released:
    case LockChange::Kind::expired:
    case LockChange::Kind::taken:
    case LockChange::Kind::lost:
      if (const auto found = locks_.find(lock.place);
          found != locks_.end() && found->second.fence == lock.fence) {
        locks_.erase(found);
      }
      return;
  }
}

std::vector<EntityKey> LockMirror::locked(const RoomKey& room) const {
  std::vector<EntityKey> keys;
  for (const LockShown& lock : list(room, {})) keys.push_back(lock.place.key);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::vector<LockShown> LockMirror::list(const RoomKey& room, HeldLock::Time now) const {
  std::vector<const HeldLock*> found;
  const LockPlace first{{room.type, room.id.value_or(EntityId{})}, {}};
  for (auto it = locks_.lower_bound(first); it != locks_.end(); ++it) {
    const EntityKey& key = it->first.key;
    if (key.type != room.type || (room.id && key.id != *room.id)) break;
    found.push_back(&it->second);
  }
  return newest_of(std::move(found), kMostShown, now);
}

std::vector<LockShown> LockMirror::newest(std::size_t most, HeldLock::Time now) const {
  std::vector<const HeldLock*> found;
  found.reserve(locks_.size());
  for (const auto& [place, lock] : locks_) found.push_back(&lock);
  return newest_of(std::move(found), most, now);
}

std::vector<LockShown> LockMirror::newest_of(std::vector<const HeldLock*> found, std::size_t most,
                                             HeldLock::Time now) {
  const auto newer = [](const HeldLock* a, const HeldLock* b) { return a->fence > b->fence; };
  if (found.size() > most) {
    std::nth_element(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(most), found.end(), newer);
    found.resize(most);
  }
  std::vector<LockShown> list;
  list.reserve(found.size());
  for (const HeldLock* lock : found) list.push_back(shown(*lock, now));
  return list;
}

std::optional<LockShown> LockMirror::find(const EntityKey& key, const std::string& field,
                                          HeldLock::Time now) const {
  for (auto it = locks_.lower_bound(LockPlace{key, {}}); it != locks_.end() && it->first.key == key; ++it) {
    if (it->first.field.text() == field) return shown(it->second, now);
  }
  return std::nullopt;
}

}  // namespace coterie
