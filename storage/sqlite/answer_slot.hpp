// The two integers by which an answer is found: cheaper to keep in order than its two texts. Different
// mutations may share them only by a collision of 64 bits whose seed nobody outside knows; the texts are
// compared all the same. Thread: any; pure. Law 4.
#pragma once

#include <cstdint>

#include "protocol/types.hpp"

namespace coterie {

struct AnswerSlot {
  std::int64_t slot;  // the first eight bytes of the id: time-ordered ids stay together
  std::int64_t mark;  // a seeded hash of user and id
};
AnswerSlot answer_slot(std::uint64_t seed, const UserId& user, const MutationId& id);

}  // namespace coterie
