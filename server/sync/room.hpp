// The audience of one entity, of one type or of one filter, and what they are to be told this turn. The
// turn's events are joined once, with a ready frame header; a subscriber for whom only this room spoke is
// sent that very buffer. Where a record has come into a filter or left it, each member is told under its own
// subscriptions. Thread: loop. Law 3.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/messages.hpp"
#include "server/sync/frame.hpp"
#include "storage/filter_watches.hpp"

namespace coterie {

class Subscriber;

// The events of one room in one turn of the loop. Closed when it is handed out; shared and immutable from
// then on.
class RoomBatch {
 public:
  struct Piece {
    std::uint64_t ordinal;  // running number of the event since the process began: its order over all rooms
    Membership membership;  // stays: the event, the same for all; else the tail of an `enter` or a `gone`
    Seq seq;
    std::uint32_t begin;  // within the payload
    std::uint32_t size;
  };
  void add(std::uint64_t ordinal, Seq seq, std::string_view message,
           Membership membership = Membership::stays);
  void close();

  const std::vector<Piece>& pieces() const { return pieces_; }  // ordinals rise
  // Whether each reader is told under numbers of its own: the frame is then no message, but holds the pieces.
  bool personal() const { return personal_; }
  // Once closed:
  const FramePtr& frame() const { return frame_; }
  std::string_view text(const Piece& piece) const {
    return frame_->payload().substr(piece.begin, piece.size);
  }

 private:
  FrameBuilder builder_;
  std::vector<Piece> pieces_;
  FramePtr frame_;
  bool personal_ = false;
};

using BatchPtr = std::shared_ptr<const RoomBatch>;

class Room {
 public:
  Room() = default;
  explicit Room(WatchId watch) : watch_(watch) {}  // of a filter

  bool join(Subscriber& subscriber);   // false: was a member already
  bool leave(Subscriber& subscriber);  // false: was no member
  bool empty() const { return members_.empty(); }
  std::size_t size() const { return members_.size(); }
  void add(std::uint64_t ordinal, Seq seq, std::string_view message,
           Membership membership = Membership::stays);
  bool has_batch() const { return batch_ != nullptr; }
  void drop_batch() { batch_.reset(); }
  template <class Visit>
  void each(Visit visit) const {
    for (Subscriber* member : members_) visit(*member);
  }
  std::size_t settle();  // hands the batch to every member and begins anew; how many deliveries that is

 private:
  std::vector<Subscriber*> members_;
  std::unordered_map<const Subscriber*, std::size_t> place_of_;  // in members_
  std::shared_ptr<RoomBatch> batch_;
  WatchId watch_;
};

}  // namespace coterie
