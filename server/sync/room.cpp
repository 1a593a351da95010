#include "server/sync/room.hpp"

#include <utility>

#include "server/sync/subscriber.hpp"

namespace coterie {

void RoomBatch::add(std::uint64_t ordinal, Seq seq, std::string_view message, Membership membership) {
  if (!first_event_) first_event_ = seq;
  personal_ = personal_ || membership != Membership::stays;
  add_piece(ordinal, membership, message);
}

void RoomBatch::add_word(std::uint64_t ordinal, std::string_view message) {
  ++words_;
  add_piece(ordinal, Membership::stays, message);
}

void RoomBatch::add_piece(std::uint64_t ordinal, Membership membership, std::string_view message) {
  const std::size_t begin = builder_.add(message);
  pieces_.push_back(
      {ordinal, membership, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(message.size())});
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

RoomBatch& Room::batch() {
  if (!batch_) batch_ = std::make_shared<RoomBatch>();
  return *batch_;
}

void Room::add(std::uint64_t ordinal, Seq seq, std::string_view message, Membership membership) {
  batch().add(ordinal, seq, message, membership);
}

void Room::add_word(std::uint64_t ordinal, std::string_view message) { batch().add_word(ordinal, message); }

std::size_t Room::settle() {
  if (!batch_) return 0;
  batch_->close();
  const BatchPtr batch = std::exchange(batch_, nullptr);
  std::size_t takers = 0;
  for (Subscriber* member : members_) takers += member->take(batch, watch_) ? 1 : 0;
  return batch->events() * takers;
}

}  // namespace coterie
