#include "server/sync/filter_rooms.hpp"

#include "protocol/json.hpp"

namespace coterie {

const Watch& FilterRooms::make(const Key& key, Watch watch, RoomKey asked) {
  const WatchId id = watch.id;
  const auto made =
      by_id_.emplace(id, std::pair(key, Filtered{std::move(watch), Room(id), {}, 1, std::move(asked)}));
  return made.first->second.second.watch;
}

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
  return make(of, {id, key.type, std::move(filter)}, key);
}

const Watch& FilterRooms::use_guarded(const RoomKey& asked, std::shared_ptr<const Filter> filter,
                                      std::shared_ptr<const Veil> veil) {
  std::string text = asked.id ? asked.id->value() : std::string();
  text += '\n' + asked.filter + '\n' + to_json_text(filter->source());
  if (veil) text += '\n' + veil->text();
  const Key of{asked.type, std::move(text)};
  const auto known = guarded_by_key_.find(of);
  if (known != guarded_by_key_.end()) {
    Filtered& filtered = by_id_.at(known->second).second;
    ++filtered.uses;
    return filtered.watch;
  }
  const WatchId id{++last_id_};
  guarded_by_key_.emplace(of, id);
  guarded_.emplace(asked, id);
  return make(of, {id, asked.type, std::move(filter), true, std::move(veil)}, asked);
}

void FilterRooms::end_use(WatchId id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || --found->second.second.uses > 0) return;
  if (found->second.second.watch.guarded) {
    guarded_by_key_.erase(found->second.first);
    guarded_.erase({found->second.second.asked, id});
  } else {
    by_key_.erase(found->second.first);
  }
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
