// The audience of one entity or of one type, and what they are to be told this turn. The turn's events are joined
// once, with a ready frame header; a subscriber for whom only this room spoke is sent that very buffer.
// Thread: loop. Law 3.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "protocol/messages.hpp"
#include "server/sync/frame.hpp"

namespace coterie {

class Subscriber;

// The events of one room in one turn of the loop. Closed when it is handed out; shared from then on.
class RoomBatch {
 public:
  struct Piece {
    std::uint64_t ordinal;  // running number of the event since the process began: its order over all rooms
    Seq seq;
    std::uint32_t begin;  // within payload()
    std::uint32_t size;
  };
  void add(std::uint64_t ordinal, Seq seq, std::string_view message);
  const std::vector<Piece>& pieces() const { return pieces_; }
  std::string_view text(const Piece& piece) const;
  const FramePtr& frame();  // finishes it at the first call; nothing is added after that

 private:
  FrameBuilder builder_;
  std::vector<Piece> pieces_;
  FramePtr frame_;
};

class Room {
 public:
  void join(Subscriber& subscriber);  // idempotent
  void leave(Subscriber& subscriber);
  bool empty() const { return members_.empty(); }
  std::size_t size() const { return members_.size(); }
  void add(std::uint64_t ordinal, Seq seq, std::string_view message);
  bool has_batch() const { return batch_ != nullptr; }
  void settle();  // hands the batch to every member and begins anew

 private:
  std::vector<Subscriber*> members_;
  std::shared_ptr<RoomBatch> batch_;
};

}  // namespace coterie
