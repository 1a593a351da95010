// Where the fences of locks come from: numbers that only grow, restarts included. They are reserved in the
// database by the thousand, so that a lock costs no commit of its own; what was reserved and not given out
// when the process ended is left out. Thread: sequencer.
#pragma once

#include <cstdint>
#include <string>

#include "protocol/lock_messages.hpp"
#include "storage/draft.hpp"

namespace coterie {

class FenceSource {
 public:
  static constexpr std::uint64_t kReserved = 1000;
  // The counter in the store. Those of number sequences hold a '/', so none of them is ever this one.
  static const std::string& counter() {
    static const std::string name = "fence";
    return name;
  }

  // `mark`: the last number reserved, as the store has it.
  explicit FenceSource(std::uint64_t mark) : next_(mark + 1), mark_(mark), wanted_(mark) {}

  // Good once the draft is committed: where it reserves more, the group's batch holds that.
  Fence next(Draft& draft) {
    if (next_ > wanted_) {
      wanted_ = next_ + kReserved - 1;
      draft.raise(counter(), wanted_);
    }
    return Fence{next_++};
  }
  void committed() { mark_ = wanted_; }
  // What the draft reserved is not there; `stored`: what the store has instead, where it can tell.
  void dropped(std::uint64_t stored) {
    mark_ = stored > mark_ ? stored : mark_;
    wanted_ = mark_;
    next_ = next_ > mark_ ? next_ : mark_ + 1;
  }

 private:
  std::uint64_t next_;
  std::uint64_t mark_;    // reserved for sure
  std::uint64_t wanted_;  // with what the group in the making reserves
};

}  // namespace coterie
