#include "server/sync/filter_rooms.hpp"

namespace coterie {

const Watch& FilterRooms::use(const RoomKey& key, std::shared_ptr<const Filter> filter) {
  const Key of{key.type, key.filter};
  const auto known = by_key_.find(of);
  if (known != by_key_.end()) {
    Filtered& filtered = by_id_.at(known->second).second;
    ++filtered.uses;
    return filtered.watch;
  }
  const WatchId id{++last_id_};
  by_key_.emplace(of, id);
  const auto made =
      by_id_.emplace(id, std::pair(of, Filtered{{id, key.type, std::move(filter)}, Room(id), {}, 1}));
  return made.first->second.second.watch;
}

void FilterRooms::end_use(WatchId id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || --found->second.second.uses > 0) return;
  by_key_.erase(found->second.first);
  by_id_.erase(found);
  if (unused_) unused_(id);
}

FilterRooms::Filtered* FilterRooms::find(WatchId id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second.second;
}

const FilterRooms::Filtered* FilterRooms::find(WatchId id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second.second;
}

}  // namespace coterie
