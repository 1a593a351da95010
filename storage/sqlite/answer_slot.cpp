#include "storage/sqlite/answer_slot.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <string>
#include <string_view>

namespace coterie {
namespace {

constexpr std::size_t kWord = 8;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The 16 bytes of a UUID written the usual way; empty for any other text.
std::string uuid_bytes(std::string_view text) {
  std::string bytes;
  if (text.size() != 36) return bytes;
  for (std::size_t i = 0; i < text.size();) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i++] != '-') return {};
      continue;
    }
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return {};
    bytes += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return bytes;
}

// Big-endian, filled up with zeros: the order of numbers is that of texts.
std::uint64_t word_of(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < kWord; ++i) {
    word = word << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0);
  }
  return word;
}

}  // namespace

AnswerSlot answer_slot(std::uint64_t seed, const UserId& user, const MutationId& id) {
  const std::string uuid = uuid_bytes(id.value());
  const std::string_view bytes = uuid.empty() ? std::string_view(id.value()) : std::string_view(uuid);
  std::string_view last = bytes.substr(bytes.size() < kWord ? bytes.size() : kWord);
  std::string rest = user.value();
  rest += '\0';                      // occurs in neither
  rest += uuid.empty() ? 't' : 'u';  // a UUID's bytes may spell a text
  if (last.size() > kWord) {
    rest += last.substr(0, last.size() - kWord);
    last.remove_prefix(last.size() - kWord);
  }
  const std::uint64_t hash = XXH3_64bits_withSeed(rest.data(), rest.size(), seed);
  return {static_cast<std::int64_t>(word_of(bytes)), static_cast<std::int64_t>(word_of(last) ^ hash)};
}

}  // namespace coterie
