// Where in a vector a key stands, found by its hash. The keys stay in the vector, nothing is allocated for
// each of them: a group touches a thousand records and is forgotten a millisecond later. Thread: its owner's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace coterie {

class HashIndex {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  // The index added under this hash for which `is(index)` holds; kNone where there is none.
  template <class Is>
  std::size_t find(std::size_t hash, Is is) const {
    if (count_ == 0) return kNone;
    for (std::size_t at = place(hash); slots_[at].used; at = next(at)) {
      if (slots_[at].hash == hash && is(slots_[at].index)) return slots_[at].index;
    }
    return kNone;
  }

  // The key is not there yet.
  void add(std::size_t hash, std::size_t index) {
    if (2 * (count_ + 1) > slots_.size()) grow();
    insert(Slot{hash, index, true});
    ++count_;
  }

  bool empty() const { return count_ == 0; }

  void clear() {
    if (count_ == 0) return;
    slots_.assign(slots_.size() > kSmall ? 0 : slots_.size(), Slot{});
    count_ = 0;
  }

 private:
  struct Slot {
    std::size_t hash = 0;
    std::size_t index = 0;
    bool used = false;
  };
  static constexpr std::size_t kSmall = 16;

  // The multiplication spreads hashes whose low bits are alike.
  std::size_t place(std::size_t hash) const {
    return static_cast<std::size_t>((hash * 0x9e3779b97f4a7c15ULL) >> 20) & (slots_.size() - 1);
  }
  std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }

  void insert(Slot slot) {
    std::size_t at = place(slot.hash);
    while (slots_[at].used) at = next(at);
    slots_[at] = slot;
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? kSmall : 2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.used) insert(slot);
    }
  }

  std::vector<Slot> slots_;  // a power of two, at most half of them used
  std::size_t count_ = 0;
};

}  // namespace coterie
