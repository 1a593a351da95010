// How long the history of a type's records is kept. Neither: for ever. Thread: any; a value.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace coterie {

struct Retention {
  std::optional<std::chrono::milliseconds> age;
  std::optional<std::uint64_t> versions;
};

}  // namespace coterie
