// Where all chance in the model comes from: one generator for each part, each under its own seed, so that a
// world runs the same again. Thread: whichever made it.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace coterie::model {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }
  std::size_t between(std::size_t least, std::size_t most) { return least + below(most - least + 1); }
  bool chance(std::size_t percent) { return below(100) < percent; }
  bool one_in(std::size_t many) { return below(many) == 0; }
  template <class Item>
  const Item& pick(const std::vector<Item>& items) {
    return items[below(items.size())];
  }
  std::uint64_t seed() { return random_(); }

 private:
  std::mt19937_64 random_;
};

}  // namespace coterie::model
