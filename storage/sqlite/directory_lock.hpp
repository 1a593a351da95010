// One data directory, one writer: a lock on a file in it, which the kernel drops when the process ends,
// however it ends. Thread: any; held by one owner.
#pragma once

#include <filesystem>

#include "protocol/error.hpp"

namespace coterie {

class DirectoryLock {
 public:
  // Error unavailable: another process holds it; the message says which, and what to do.
  static Result<DirectoryLock> take(const std::filesystem::path& directory);
  DirectoryLock(DirectoryLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace coterie
