// The writes that change no record: whose conflict it is, what was read, what is announced. Each is decided
// in the sequencer's group like a mutation, and durable with it; asked again, it does no harm. Thread:
// sequencer. Laws 2, 6.
#pragma once

#include <variant>

#include "storage/decide.hpp"

namespace coterie {

using InboxChange = std::variant<AssignConflict, MarkRead, Announce, Withdraw>;
// Error: nothing was kept. The count of MarkedRead is the sequencer's to fill in, once the group is durable.
using InboxOutcome = std::variant<Assigned, MarkedRead, Announced, Withdrawn, Error>;

// Done: its changes are in the draft. Else the draft is as it was.
InboxOutcome decide(const InboxChange& change, const DecideContext& context, Draft& draft);

}  // namespace coterie
