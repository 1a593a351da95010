#include "tests/model/frame_check.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <string>

#include "protocol/encode.hpp"
#include "tests/model/breach.hpp"

namespace coterie::model {
namespace {

std::string name_of(const DataSyncEvent& event) {
  return event.key.type.value() + "/" + event.key.id.value() + " at seq " + std::to_string(event.seq.value());
}

bool of_room(const DataSyncEvent& event, const RoomKey& room, const Oracle& oracle) {
  if (event.key.type != room.type || (room.id && *room.id != event.key.id)) return false;
  return room.filter.empty() || oracle.membership(room, event) == Membership::stays;
}

// The order of a document's members says nothing: that of one found back from a later version may be another.
bool same(std::string_view a, std::string_view b) {
  return a == b || boost::json::parse(a) == boost::json::parse(b);
}

// What a filtered room is told of an event under these numbers.
std::string text_of(Membership membership, const std::vector<SubscriptionId>& numbers,
                    const DataSyncEvent& event, const Oracle& oracle) {
  if (membership == Membership::stays) return encode(event);
  if (membership == Membership::leaves) return encode(Gone{numbers, event.seq, event.key});
  return encode(Enter{numbers, event.seq, oracle.at(event.key, event.seq).value()});
}

}  // namespace

void FrameCheck::in_order(const DataSyncEvent& event, bool strictly) {
  require(event.seq > before_, "law 3: an event again: " + name_of(event));
  if (newest_ != nullptr) {
    const auto last = std::pair(newest_->seq, newest_->index);
    const auto next = std::pair(event.seq, event.index);
    require(strictly ? last < next : last <= next,
            "law 3: an event twice, or out of order: " + name_of(event));
  }
  newest_ = &event;
}

void FrameCheck::event(Seq seq, const EntityKey& key, std::string_view text, const Oracle& oracle) {
  const DataSyncEvent* event = oracle.find(seq, key);
  require(event != nullptr, "law 2: an event of what was never committed: " + std::string(text));
  require(encode(*event) == text, "an event that says something else: " + std::string(text));
  in_order(*event, true);
  events_.push_back(event);
}

void FrameCheck::membership(Membership membership, const std::vector<SubscriptionId>& numbers, Seq seq,
                            const EntityKey& key, std::string_view text, const Oracle& oracle) {
  const DataSyncEvent* event = oracle.find(seq, key);
  require(event != nullptr, "law 2: an enter or a gone of what was never committed: " + std::string(text));
  require(same(text_of(membership, numbers, *event, oracle), text),
          "an enter or a gone that says something else: " + std::string(text));
  in_order(*event, false);
  for (const SubscriptionId number : numbers) changes_[{seq.value(), key, membership}].insert(number.value());
}

void FrameCheck::late_page(std::uint64_t number, const RoomKey& room, Seq from, Seq to) {
  late_.push_back({number, room, from, to, {}});
}

std::uint64_t FrameCheck::take_late(Seq seq, std::string_view text) {
  if (late_.empty() || seq > late_.back().to) return 0;
  late_.back().given.emplace_back(text);
  return late_.back().number;
}

void FrameCheck::finish_late(const Oracle& oracle) const {
  for (const Late& late : late_) {
    std::vector<std::string> wanted;
    for (std::size_t i = oracle.first_after(late.from); i < oracle.log().size(); ++i) {
      const DataSyncEvent& event = oracle.log()[i];
      if (event.seq > late.to) break;
      const auto membership = oracle.membership(late.room, event);
      if (membership) wanted.push_back(text_of(*membership, {SubscriptionId{late.number}}, event, oracle));
    }
    require(std::equal(late.given.begin(), late.given.end(), wanted.begin(), wanted.end(), same),
            "law 3: after a page of the past comes not what happened since: " +
                std::to_string(late.given.size()) + " messages in place of " + std::to_string(wanted.size()));
  }
}

// Under every number of a filter that it entered or left, and no other.
void FrameCheck::finish_memberships(const DataSyncEvent& event, const std::vector<Wanting>& rooms,
                                    const Oracle& oracle) const {
  for (const Membership membership : {Membership::enters, Membership::leaves}) {
    const auto found = changes_.find({event.seq.value(), event.key, membership});
    std::multiset<std::uint64_t> given;
    if (found != changes_.end()) given = found->second;
    for (const Wanting& one : rooms) {
      if (one.room.filter.empty() || one.from >= event.seq) continue;
      if (oracle.membership(one.room, event) != membership) continue;
      const auto told = given.find(one.number);
      require(one.leaving || told != given.end(), "law 3: an enter or a gone is missing for " +
                                                      std::to_string(one.number) + ": " + name_of(event));
      if (told != given.end()) given.erase(told);
    }
    require(given.empty(), "an enter or a gone under a number that it does not concern: " + name_of(event));
  }
}

void FrameCheck::finish(Seq after, std::vector<Wanting> rooms, const Oracle& oracle) const {
  rooms.insert(rooms.end(), left_.begin(), left_.end());
  finish_late(oracle);
  auto given = events_.begin();
  for (std::size_t i = oracle.first_after(before_); i < oracle.log().size(); ++i) {
    const DataSyncEvent& event = oracle.log()[i];
    if (event.seq > after) break;
    finish_memberships(event, rooms, oracle);
    const auto wants = [&](const Wanting& one) {
      return one.from < event.seq && of_room(event, one.room, oracle);
    };
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
