#include "server/cli/fresh_id.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <random>

namespace coterie {

std::string fresh_id() {
  std::random_device random;
  const auto bits = [&](unsigned count) {
    const std::uint64_t word = (static_cast<std::uint64_t>(random()) << 32) | random();
    return word >> (64 - count);
  };
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", (ms >> 16) & 0xffffffffULL, ms & 0xffffULL,
                     bits(12), 0x8000ULL | bits(14), bits(48));
}

}  // namespace coterie
