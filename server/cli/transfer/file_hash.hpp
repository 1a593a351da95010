// The content of a whole file as 128 bits: what makes two imports the same import.
// Thread: any.
#pragma once

#include <string>

#include "protocol/error.hpp"
#include "protocol/json.hpp"

namespace coterie {

Result<ContentHash> hash_file(const std::string& path);

}  // namespace coterie
