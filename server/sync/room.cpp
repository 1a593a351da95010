#include "server/sync/room.hpp"

#include <utility>

#include "server/sync/subscriber.hpp"

namespace coterie {

void RoomBatch::add(std::uint64_t ordinal, Seq seq, std::string_view message, Membership membership) {
  const std::size_t begin = builder_.add(message);
  pieces_.push_back({ordinal, membership, seq, static_cast<std::uint32_t>(begin),
                     static_cast<std::uint32_t>(message.size())});
  personal_ = personal_ || membership != Membership::stays;
}

void RoomBatch::close() {
  if (!frame_) frame_ = builder_.finish();
}

bool Room::join(Subscriber& subscriber) {
  if (!place_of_.emplace(&subscriber, members_.size()).second) return false;
  members_.push_back(&subscriber);
  return true;
}

bool Room::leave(Subscriber& subscriber) {
  const auto found = place_of_.find(&subscriber);
  if (found == place_of_.end()) return false;
  const std::size_t place = found->second;
  place_of_.erase(found);
  if (place + 1 != members_.size()) {
    members_[place] = members_.back();
    place_of_[members_[place]] = place;
  }
  members_.pop_back();
  return true;
}

void Room::add(std::uint64_t ordinal, Seq seq, std::string_view message, Membership membership) {
  if (!batch_) batch_ = std::make_shared<RoomBatch>();
  batch_->add(ordinal, seq, message, membership);
}

std::size_t Room::settle() {
  if (!batch_) return 0;
  batch_->close();
  const BatchPtr batch = std::exchange(batch_, nullptr);
  std::size_t takers = 0;
  for (Subscriber* member : members_) takers += member->take(batch, watch_) ? 1 : 0;
  return batch->pieces().size() * takers;
}

}  // namespace coterie
