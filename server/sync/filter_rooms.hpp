// The filters that live subscriptions wait on: equal ones share one watch and one room, so that a hundred
// people who look at the same list cost one evaluation. A watch is made when the first subscription names its
// filter and forgotten with the last. Thread: loop. Laws 3, 6.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "protocol/messages.hpp"
#include "server/sync/room.hpp"
#include "storage/filter_watches.hpp"

namespace coterie {

class FilterRooms {
 public:
  struct Filtered {
    Watch watch;
    Room room;
    std::optional<Seq> since;  // the sequencer tells of it after this; absent: it does not know it yet
    std::size_t uses = 0;
    // ---- of a room that holds its readers' rights ----
    RoomKey asked = {};    // as its members named it
    bool visible = false;  // of one record's: whether the record is there for them,
    Seq visible_at = {};   // as of this commit
    void seen(bool is, Seq at) {
      if (at < visible_at) return;
      visible = is;
      visible_at = at;
    }
  };

  // The last subscription of a watch has gone.
  void when_unused(std::function<void(WatchId)> unused) { unused_ = std::move(unused); }

  // One more subscription for this filter; its watch.
  const Watch& use(const RoomKey& key, std::shared_ptr<const Filter> filter);
  // The same for readers who may not see all: `filter` holds their rights, and what they asked for.
  const Watch& use_guarded(const RoomKey& asked, std::shared_ptr<const Filter> filter,
                           std::shared_ptr<const Veil> veil);
  void end_use(WatchId id);
  Filtered* find(WatchId id);
  const Filtered* find(WatchId id) const;
  std::size_t size() const { return by_id_.size(); }
  // Those that hold rights and were asked for by this name.
  template <class Visit>
  void each_guarded(const RoomKey& asked, Visit visit) {
    for (auto it = guarded_.lower_bound({asked, WatchId{}}); it != guarded_.end() && it->first == asked; ++it)
      visit(by_id_.at(it->second).second);
  }
  // Those that do not.
  template <class Visit>
  void each_of(const EntityType& type, Visit visit) {
    for (auto it = by_key_.lower_bound(Key{type, {}}); it != by_key_.end() && it->first.first == type; ++it)
      visit(by_id_.at(it->second).second);
  }

 private:
  using Key = std::pair<EntityType, std::string>;  // and the filter's text
  std::function<void(WatchId)> unused_;
  const Watch& make(const Key& key, Watch watch, RoomKey asked);
  std::map<Key, WatchId> by_key_;
  std::map<Key, WatchId> guarded_by_key_;  // and what was asked, and the veil
  std::set<std::pair<RoomKey, WatchId>> guarded_;
  std::unordered_map<WatchId, std::pair<Key, Filtered>> by_id_;
  std::uint64_t last_id_ = 0;
};

}  // namespace coterie
