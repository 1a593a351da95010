#include "server/ops/random.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <span>
#include <system_error>

#include "protocol/base64url.hpp"

namespace coterie {
namespace {

void fill_with_random(std::span<unsigned char> bytes) {
  while (!bytes.empty()) {
    const ssize_t filled = getrandom(bytes.data(), bytes.size(), 0);
    if (filled < 0 && errno == EINTR) continue;
    // Without randomness there are no secrets, and the server must not go on.
    if (filled <= 0) throw std::system_error(errno, std::generic_category(), "getrandom");
    bytes = bytes.subspan(static_cast<std::size_t>(filled));
  }
}

}  // namespace

std::string random_secret() {
  std::array<unsigned char, 32> bytes{};
  fill_with_random(bytes);
  return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string uuid_v7(Timestamp now) {
  std::array<unsigned char, 16> bytes{};
  fill_with_random(bytes);
  auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
  for (int i = 5; i >= 0; --i, milliseconds >>= 8) bytes[static_cast<std::size_t>(i)] = milliseconds & 0xff;
  bytes[6] = static_cast<unsigned char>(0x70 | (bytes[6] & 0x0f));
  bytes[8] = static_cast<unsigned char>(0x80 | (bytes[8] & 0x3f));

  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 0x0f];
  }
  return text;
}

}  // namespace coterie
