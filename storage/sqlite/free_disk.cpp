#include "storage/sqlite/free_disk.hpp"

#include <system_error>

namespace coterie {

Result<void> FreeDisk::check() {
  constexpr unsigned kCommitsBetween = 16;  // of at most 1 MB each: well within the least that is kept free
  if (unasked_ > 0) {
    --unasked_;
    return {};
  }
  std::error_code failure;
  const std::filesystem::space_info space = std::filesystem::space(directory_, failure);
  if (!failure && space.available < least_bytes_) {
    Error error{ErrorCode::unavailable, "", "", true, std::chrono::milliseconds(5000), {}};
    error.message = "The disk of " + directory_.string() +
                    " is nearly full: only reading is possible until there is space.";
    return error;
  }
  unasked_ = kCommitsBetween;
  return {};
}

}  // namespace coterie
