#include "server/net/connections.hpp"

#include <algorithm>
#include <utility>

namespace coterie {

void Connections::enter(PeerConnection& connection) { slots_[hand_].push_back(connection); }

void Connections::due(PeerConnection& connection, SteadyTime when) {
  const auto ahead = std::max((when - now_) / tick_, std::chrono::steady_clock::duration::rep{0});
  const auto slots = std::min<std::size_t>(static_cast<std::size_t>(ahead), kSlots - 1);
  connection.unlink();
  slots_[(hand_ + slots) % kSlots].push_back(connection);
}

void Connections::sweep(SteadyTime now) {
  // The hand goes on by the time that has passed, so that a late tick is caught up and a clock that a test
  // sets ahead sweeps everybody once.
  std::size_t ticks = kSlots;
  if (now - now_ < tick_ * static_cast<int>(kSlots)) ticks = static_cast<std::size_t>((now - now_) / tick_);
  if (ticks == 0) return;
  now_ += tick_ * static_cast<int>(ticks);
  if (now - now_ >= tick_) now_ = now;
  Slot due_now;
  for (std::size_t i = 0; i < ticks; ++i) {
    due_now.splice(due_now.end(), slots_[hand_]);
    hand_ = (hand_ + 1) % kSlots;
  }
  while (!due_now.empty()) {
    PeerConnection& connection = due_now.front();
    due(connection, connection.sweep(now));
  }
}

std::size_t Connections::count(const std::string& address) const {
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? 0 : found->second;
}

ConnectionPlace::ConnectionPlace(Connections& connections, std::string address)
    : connections_(&connections), address_(std::move(address)) {
  ++connections_->count_;
  ++connections_->by_address_[address_];
}

ConnectionPlace::ConnectionPlace(ConnectionPlace&& other) noexcept
    : connections_(std::exchange(other.connections_, nullptr)), address_(std::move(other.address_)) {}

ConnectionPlace::~ConnectionPlace() {
  if (connections_ == nullptr) return;
  --connections_->count_;
  connections_->leave(address_);
}

void ConnectionPlace::move_to(const std::string& address) {
  if (address == address_) return;
  ++connections_->by_address_[address];
  connections_->leave(address_);
  address_ = address;
}

void Connections::leave(const std::string& address) {
  const auto found = by_address_.find(address);
  if (--found->second == 0) by_address_.erase(found);
}

}  // namespace coterie
