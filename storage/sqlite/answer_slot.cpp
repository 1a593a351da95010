#include "storage/sqlite/answer_slot.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <string>

namespace coterie {

AnswerSlot answer_slot(std::uint64_t seed, const UserId& user, const MutationId& id) {
  constexpr std::size_t kPrefix = 8;
  std::uint64_t slot = 0;
  for (std::size_t i = 0; i < kPrefix; ++i) {
    const unsigned char byte = i < id.value().size() ? static_cast<unsigned char>(id.value()[i]) : 0;
    slot = slot << 8 | byte;
  }
  std::string both = user.value();
  both += '\0';  // occurs in neither
  both += id.value();
  const std::uint64_t mark = XXH3_64bits_withSeed(both.data(), both.size(), seed);
  return {static_cast<std::int64_t>(slot), static_cast<std::int64_t>(mark)};
}

}  // namespace coterie
