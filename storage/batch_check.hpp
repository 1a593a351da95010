// What a batch must be before any store writes a byte of it: numbers without holes, each head past its
// events. The rules were applied by decide; this is the assertion that they were, the same for every store.
// Thread: any; pure. Law 1.
#pragma once

#include <cstdint>
#include <vector>

#include "storage/store.hpp"

namespace coterie {

inline constexpr std::uint32_t kMaxEventsOfCommit = 1024;  // an event's key is seq * 1024 + index

// How the parts of a batch belong together.
struct BatchPlan {
  std::vector<Version> previous;  // of each head: the stored version it must find; 0: it must not exist
  std::vector<std::size_t> head_of_event;  // of each event: the index of its entity's head
};

// Error unavailable without retry, naming what is wrong: the batch is not to be written by anyone.
Result<BatchPlan> check_batch(const Batch& batch, Seq last);

// A refused batch that is a defect of ours, never of the client or the disk.
Error broken_batch(std::string_view what);

}  // namespace coterie
