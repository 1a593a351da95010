#include "tests/model/frame_check.hpp"

#include <algorithm>
#include <string>

#include "protocol/encode.hpp"
#include "tests/model/breach.hpp"

namespace coterie::model {
namespace {

std::string name_of(const DataSyncEvent& event) {
  return event.key.type.value() + "/" + event.key.id.value() + " at seq " + std::to_string(event.seq.value());
}

bool of_room(const DataSyncEvent& event, const RoomKey& room) {
  return event.key.type == room.type && (!room.id || *room.id == event.key.id);
}

}  // namespace

void FrameCheck::event(Seq seq, const EntityKey& key, std::string_view text, const Oracle& oracle) {
  const DataSyncEvent* event = oracle.find(seq, key);
  require(event != nullptr, "law 2: an event of what was never committed: " + std::string(text));
  require(encode(*event) == text, "an event that says something else: " + std::string(text));
  require(
      events_.empty() || std::pair(events_.back()->seq, events_.back()->index) < std::pair(seq, event->index),
      "law 3: an event twice, or out of order: " + name_of(*event));
  require(seq > before_, "law 3: an event again: " + name_of(*event));
  events_.push_back(event);
}

void FrameCheck::finish(Seq after, std::vector<Wanting> rooms, const Oracle& oracle) const {
  rooms.insert(rooms.end(), left_.begin(), left_.end());
  auto given = events_.begin();
  for (std::size_t i = oracle.first_after(before_); i < oracle.log().size(); ++i) {
    const DataSyncEvent& event = oracle.log()[i];
    if (event.seq > after) break;
    const auto wants = [&](const Wanting& one) { return one.from < event.seq && of_room(event, one.room); };
    const auto must = [&](const Wanting& one) { return !one.leaving && wants(one); };
    if (given != events_.end() && *given == oracle.find(event.seq, event.key)) {
      require(std::any_of(rooms.begin(), rooms.end(), wants), "an event of another room: " + name_of(event));
      ++given;
      continue;
    }
    require(std::none_of(rooms.begin(), rooms.end(), must),
            "law 3: an event is missing: " + name_of(event) + "; the frame leads from " +
                std::to_string(before_.value()) + " to " + std::to_string(after.value()));
  }
  require(given == events_.end(), "an event past the position of its frame");
}

}  // namespace coterie::model
