// The two integers by which an answer is found: cheaper to keep in order than its two texts, and in an order
// of their own that keeps ids given one after another side by side, so that a group's answers land on few
// pages. Ids of one user differ in them, but for a collision of 64 bits under a seed that nobody outside
// knows; the texts are compared all the same. Thread: any; pure. Law 4.
#pragma once

#include <cstdint>

#include "protocol/types.hpp"

namespace coterie {

struct AnswerSlot {
  std::int64_t slot;  // the id's first eight bytes; of a UUID those of the number it stands for, the time
  std::int64_t mark;  // its last eight, and what lies between them and the user, hashed
  friend bool operator==(const AnswerSlot&, const AnswerSlot&) = default;
};
AnswerSlot answer_slot(std::uint64_t seed, const UserId& user, const MutationId& id);

}  // namespace coterie
