// What this process uses, as the kernel counts it.
// Thread: any.
#pragma once

#include <cstdint>

namespace coterie {

struct ProcessUsage {
  double cpu_seconds = 0;  // user and system, all threads
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_descriptors = 0;
};
ProcessUsage process_usage();  // what cannot be read is 0

}  // namespace coterie
