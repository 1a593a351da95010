// What one world is made of: sizes chosen at random, mostly far too small, so that everything overflows,
// falls behind, pages and is trimmed within seconds. Thread: any; values.
#pragma once

#include <cstdint>
#include <string>

#include "protocol/wire_limits.hpp"
#include "server/sync/hub.hpp"

namespace coterie::model {

struct Shape {
  std::uint64_t seed = 0;
  bool stepped = true;  // the threads run when the world says so: the same seed is the same run
  std::size_t steps = 3000;
  std::size_t clients = 4;
  std::size_t users = 2;
  std::size_t fault_percent = 0;  // of the commits
  bool restarts = false;
  std::size_t kernel_bytes = 4000;
  std::size_t outbox_bytes = 2000;
  std::size_t queue_items = 1000;
  std::size_t group_edits = 1000;
  std::size_t snapshot_bytes = 1024 * 1024;
  HubOptions hub;
  WireLimits wire;
};

Shape random_shape(std::uint64_t seed);
std::string to_text(const Shape& shape);

}  // namespace coterie::model
