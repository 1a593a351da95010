// Whether the disk has room for another commit. Writes are refused before it is full, so that the server can
// still note what it must and the operator has a file system that works. Thread: the writer's.
#pragma once

#include <cstdint>
#include <filesystem>

#include "protocol/error.hpp"

namespace coterie {

class FreeDisk {
 public:
  FreeDisk(std::filesystem::path directory, std::uint64_t least_bytes)
      : directory_(std::move(directory)), least_bytes_(least_bytes) {}

  // Error unavailable with retry: less is free. Asks the file system now and then; each time while there is
  // too little.
  Result<void> check();

 private:
  std::filesystem::path directory_;
  std::uint64_t least_bytes_;
  unsigned unasked_ = 0;  // commits until it is asked again
};

}  // namespace coterie
