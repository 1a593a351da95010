// How long to wait before coming back: 1, 2, 4 ... 30 s, each drawn from its upper half, so that clients who
// were cut off together do not return together. What the server asked for wins. Thread: one. Law 6.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace coterie {

class Backoff {
 public:
  explicit Backoff(std::uint64_t seed) : random_(seed) {}

  std::chrono::milliseconds next();  // and the one after is twice as long, up to 30 s
  // Drawn from what the server named; the row of our own waits stays where it is.
  std::chrono::milliseconds within(std::chrono::milliseconds least, std::chrono::milliseconds most);
  void reset() { failures_ = 0; }  // it worked

 private:
  std::mt19937_64 random_;
  unsigned failures_ = 0;
};

}  // namespace coterie
