// The audience of one entity, of one type or of one filter, and what they are to be told this turn. The
// turn's events are joined once, with a ready frame header; a subscriber for whom only this room spoke is
// sent that very buffer. Where a record has come into a filter or left it, each member is told under its own
// subscriptions. Thread: loop. Law 3.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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
    std::uint64_t ordinal;  // running number since the process began: the order over all rooms
    Membership membership;  // stays: the same for all; else the tail of an `enter` or a `gone`
    std::uint32_t begin;    // within the payload
    std::uint32_t size;
  };
  void add(std::uint64_t ordinal, Seq seq, std::string_view message,
           Membership membership = Membership::stays);  // an event, or what it did to the filter
  // A word about the room: a lock, presence. It stands among the events, is in no log, and moves no position.
  void add_word(std::uint64_t ordinal, std::string_view message);
  void close();
  const std::optional<Seq>& first_event() const { return first_event_; }
  std::size_t events() const { return pieces_.size() - words_; }
  bool has_words() const { return words_ > 0; }

  const std::vector<Piece>& pieces() const { return pieces_; }  // ordinals rise
  // Whether each reader is told under numbers of its own: the frame is then no message, but holds the pieces.
  bool personal() const { return personal_; }
  // Once closed:
  const FramePtr& frame() const { return frame_; }
  std::string_view text(const Piece& piece) const {
    return frame_->payload().substr(piece.begin, piece.size);
  }

 private:
  void add_piece(std::uint64_t ordinal, Membership membership, std::string_view message);

  FrameBuilder builder_;
  std::vector<Piece> pieces_;
  std::optional<Seq> first_event_;
  std::size_t words_ = 0;
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
  const std::vector<Subscriber*>& members() const { return members_; }
  void add(std::uint64_t ordinal, Seq seq, std::string_view message,
           Membership membership = Membership::stays);
  void add_word(std::uint64_t ordinal, std::string_view message);
  bool has_batch() const { return batch_ != nullptr; }
  void drop_batch() { batch_.reset(); }
  // Hands the batch to every member and begins anew; how many deliveries of events that is.
  std::size_t settle();

 private:
  RoomBatch& batch();

  std::vector<Subscriber*> members_;
  std::unordered_map<const Subscriber*, std::size_t> place_of_;  // in members_
  std::shared_ptr<RoomBatch> batch_;
  WatchId watch_;
};

}  // namespace coterie
