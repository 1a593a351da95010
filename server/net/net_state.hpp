// What all connections share: the time of the last sweep, exact enough for deadlines of seconds and free to
// read for every frame, and the bytes that wait in their outboxes. Thread: loop.
#pragma once

#include <chrono>
#include <cstddef>

namespace coterie {

using SteadyTime = std::chrono::steady_clock::time_point;

struct NetState {
  SteadyTime now{};
  std::size_t queued_bytes = 0;
};

}  // namespace coterie
