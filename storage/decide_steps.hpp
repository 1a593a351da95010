// The steps that deciding a mutation and deciding a stored conflict have in common. Only decide includes
// this. Thread: sequencer. Laws 4, 5.
#pragma once

#include <optional>
#include <vector>

#include "storage/decide.hpp"

namespace coterie {

// The answer to what was committed before, over whatever connection; or that the id stands for something
// else. Law 4.
std::optional<MutationOutcome> repeat_of(const MutationId& id, const ContentHash& content,
                                         const DecideContext& context, Draft& draft);
Rejected reused(const MutationId& id);

// Does all operations in the layer, and notes in `decision` whom they overwrote and which locks they used.
// Refused: why; the layer is dropped.
std::optional<MutationOutcome> run_operations(const Mutation& mutation, const DecideContext& context,
                                              Draft& draft, Committed& committed, Decision& decision);

// Adds the answer, and the notices to those who were overwritten, and keeps the layer. Else the layer is
// dropped, and the outcome is why.
MutationOutcome keep_committed(Committed committed, const ContentHash& content, const DecideContext& context,
                               Draft& draft, const std::vector<Overwritten>& overwritten);

// A conflict that is to be kept: under the number that it has already, or under a new one; or told that it
// is not kept, and why. The layer is empty before.
MutationOutcome keep_conflict(const Mutation& mutation, const DecideContext& context, Draft& draft,
                              Conflict conflict);
// A mutation that was a conflict once and is committed now that it was sent again has nothing left to decide.
std::optional<Error> close_resent(const Mutation& mutation, const DecideContext& context, Draft& draft,
                                  const Committed& committed);

}  // namespace coterie
