#include "storage/watched_events.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "protocol/json.hpp"
#include "storage/carried.hpp"
#include "storage/stored_json.hpp"

namespace coterie {
namespace {

bool enters_any(const std::vector<Transition>& transitions) {
  return std::any_of(transitions.begin(), transitions.end(),
                     [](const Transition& one) { return one.membership == Membership::enters; });
}

std::optional<WatchedEvent> judge(const FilterWatches& watches, const EntityType& type, std::size_t place,
                                  const Image& before, const Image& after) {
  WatchedEvent watched{place, {}, std::nullopt};
  watches.judge(type, before, after, watched.transitions);
  if (watched.transitions.empty()) return std::nullopt;
  if (enters_any(watched.transitions)) watched.entity = Entity{*after.meta, to_json_text(*after.data)};
  return watched;
}

std::vector<FieldPath> paths_of(const Change& change) {
  std::vector<FieldPath> paths = change.unset;
  for (const FieldValue& field : change.set) paths.push_back(field.path);
  return paths;
}

// Whether the membership before an update is that after it, because no filter looks at what it changed.
Result<bool> is_unseen(const FilterWatches& watches, const DataSyncEvent& event) {
  if (event.operation != EventOperation::update) return false;
  const Result<Change> change = change_of(event);
  if (!change) return change.error();
  return !watches.looks_at(event.key.type, paths_of(*change));
}

// The state before the event, from the one after it.
Result<void> step_back(Carried& record, const DataSyncEvent& event, const Head::Before& before) {
  if (Result<void> done = rewind(record.data, event); !done) return done;
  record.meta.version = Version{event.version.value() - 1};
  record.meta.updated_at = before.updated_at;
  record.meta.updated_by = before.updated_by;
  if (event.operation != EventOperation::create) return {};
  record.meta.created_at = before.created_at;
  record.meta.created_by = before.created_by;
  return {};
}

// One group, from its last event to its first.
class GroupJudge {
 public:
  GroupJudge(const FilterWatches& watches, const std::vector<DataSyncEvent>& events,
             const std::vector<Head::Before>& before)
      : watches_(watches), events_(events), before_(before) {
    for (const DataSyncEvent& event : events) {
      if (watches.watches(event.key.type)) ++left_[event.key];
    }
  }

  Result<void> judge_event(std::size_t place, const Head& head) {
    const DataSyncEvent& event = events_[place];
    const bool first_of_record = --left_.at(event.key) == 0;
    const auto carried = carried_.find(event.key);
    const Image after = carried != carried_.end() ? carried->second.image() : image_of(head);
    // The commonest: the only change of its record, and nobody looks at what it changed.
    if (first_of_record) {
      const Result<bool> unseen = is_unseen(watches_, event);
      if (!unseen) return unseen.error();
      if (*unseen) {
        keep(judge(watches_, event.key.type, place, after, after));
        return {};
      }
    }
    Carried earlier{head.meta, std::nullopt};
    if (carried != carried_.end()) {
      earlier = carried->second;
    } else if (!head.deleted && event.operation == EventOperation::update) {
      earlier.data = head.data;
    }
    if (Result<void> done = step_back(earlier, event, before_[place]); !done) return done;
    keep(judge(watches_, event.key.type, place, earlier.image(), after));
    if (!first_of_record) carried_.insert_or_assign(event.key, std::move(earlier));
    return {};
  }

  std::vector<WatchedEvent> take() {
    std::reverse(found_.begin(), found_.end());
    return std::move(found_);
  }

 private:
  static Image image_of(const Head& head) { return head.deleted ? Image{} : Image{&head.meta, &head.data}; }
  void keep(std::optional<WatchedEvent> watched) {
    if (watched) found_.push_back(std::move(*watched));
  }

  const FilterWatches& watches_;
  const std::vector<DataSyncEvent>& events_;
  const std::vector<Head::Before>& before_;
  std::unordered_map<EntityKey, std::size_t> left_;  // events of each record that are still to be judged
  std::unordered_map<EntityKey, Carried> carried_;   // as it stood before the event judged last
  std::vector<WatchedEvent> found_;
};

}  // namespace

Result<std::vector<WatchedEvent>> watched_events(
    const FilterWatches& watches, const std::vector<DataSyncEvent>& events,
    const std::vector<Head::Before>& before, const std::function<const Head*(const EntityKey&)>& head_of) {
  GroupJudge group(watches, events, before);
  for (std::size_t place = events.size(); place-- > 0;) {
    if (!watches.watches(events[place].key.type)) continue;
    if (Result<void> done = group.judge_event(place, *head_of(events[place].key)); !done) return done.error();
  }
  return group.take();
}

Result<std::vector<WatchedEvent>> watched_events(const FilterWatches& watches,
                                                 const std::vector<DataSyncEvent>& events, Reader& reader) {
  std::vector<WatchedEvent> found;
  std::unordered_map<EntityKey, Carried> records;
  for (std::size_t place = 0; place < events.size(); ++place) {
    const DataSyncEvent& event = events[place];
    if (!watches.watches(event.key.type)) continue;
    auto record = records.find(event.key);
    if (record == records.end()) {
      Result<Carried> stood = stood_before(event, reader);
      if (!stood) return stood.error();
      record = records.emplace(event.key, std::move(*stood)).first;
    }
    const Carried before = record->second;
    if (Result<void> done = step_forth(record->second, event); !done) return done.error();
    auto watched = judge(watches, event.key.type, place, before.image(), record->second.image());
    if (watched) found.push_back(std::move(*watched));
  }
  return found;
}

}  // namespace coterie
