// What the events of a stretch did to the membership of filtered rooms: live, from the heads that a group
// left behind, going back along its events; for those who come back, from the log, going forth. Both see the
// record as it stood before each event and after it, so both tell the same. Thread: the watches' owner.
// Law 3.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "storage/filter_watches.hpp"
#include "storage/store.hpp"

namespace coterie {

// An event that concerns some filter.
struct WatchedEvent {
  std::size_t event = 0;  // its place among the events
  std::vector<Transition> transitions;
  std::optional<Entity> entity;  // as the event left it; where some room is entered
};

// Of one group, in the order of its events. `head_of` gives the state that the group left; `before` stands
// beside `events`: see Draft::before(). Error: an event's text is damaged.
Result<std::vector<WatchedEvent>> watched_events(const FilterWatches& watches,
                                                 const std::vector<DataSyncEvent>& events,
                                                 const std::vector<Head::Before>& before,
                                                 const std::function<const Head*(const EntityKey&)>& head_of);

// Of a stretch of the log, oldest first, whole for every watched type. Error not_found: how a record stood
// before the stretch is not kept any more; else as the reader's.
Result<std::vector<WatchedEvent>> watched_events(const FilterWatches& watches,
                                                 const std::vector<DataSyncEvent>& events, Reader& reader);

}  // namespace coterie
