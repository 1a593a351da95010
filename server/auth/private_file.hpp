// Files with secrets: written whole or not at all, with mode 0600, and read with a word on who else may.
// Thread: any; blocking.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "protocol/error.hpp"

namespace coterie {

struct PrivateFile {
  std::string content;
  bool others_may_read = false;  // the group, or everybody
};

// Error not_found: there is none; bad_request: it cannot be read, is no file, or is longer than `most` bytes.
Result<PrivateFile> read_private_file(const std::filesystem::path& path, std::size_t most);

// Forced to disk under its name before this returns. Error unavailable.
Result<void> write_private_file(const std::filesystem::path& path, std::string_view content);

}  // namespace coterie
