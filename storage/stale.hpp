// How an operation's base version stands to what is there now, and what becomes of one that is older: a
// conflict, a merge, or an overwriting that is told to those whose change it was. Only decide includes this.
// Thread: sequencer. Law 5.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <vector>

#include "storage/decide_operation.hpp"
#include "storage/past_version.hpp"

namespace coterie {

// What an operation is about to make of the document at its base.
using Proposal =
    std::optional<boost::json::object>;  // absent: deletes it, or cannot be done on that document

// An update's assignments done to the base, and `adjusted` also its increments, appends and removals.
Proposal propose(const Operation& op, const DocumentState& base, bool adjusted);

struct Standing {
  bool stale = false;
  Strategy strategy = Strategy::reject;
  std::vector<DataSyncEvent> since;  // of a stale one: what happened after its base, oldest first
  DocumentState base;                // of a stale one: the document at its base version
};

// Refused with a conflict: a base of another history, from the future or out of reach, and any base where the
// entity is deleted (unless `revives`: a restore that knows of the deletion). A stale one of strategy
// `reject` is left to the caller, who knows what is proposed. Without a base version everything is fresh.
Judged<Standing> heed_base(const OperationScope& scope, const Head& head, bool revives = false);

// The conflict of a stale operation, with everything to decide by. `merged`: the merge where the caller has
// it.
Refusal stale_conflict(const OperationScope& scope, const Head& head, const Standing& standing,
                       Proposal yours, const Merge* merged);

std::vector<const FieldPath*> pointers_to(const std::vector<FieldPath>& paths);
// Those whose changes since the base lie on `paths`: they are told. Empty `paths`: all they changed.
std::optional<Refusal> note_overwritten(const OperationScope& scope, const Standing& standing,
                                        const Head& after, const std::vector<const FieldPath*>& paths);

// The document as it stood at `version`, found back from the head. Absent: deleted then, or never there.
Result<DocumentState> document_at(const OperationScope& scope, const Head& head, Version version);

// The newest of those who made these changes, as a conflict tells them.
std::vector<VersionAuthor> authors_of(const std::vector<DataSyncEvent>& since);

// The conflict's sentence: "Ann changed price 2 minutes ago. Take theirs, keep yours, or merge."
struct StaleSentence {
  const UserId& reader;  // "You" to them
  Timestamp now;
  OperationKind operation;
  const EntityMeta& current;
  bool deleted;
  const std::vector<DataSyncEvent>& since;
};
std::string stale_message(const StaleSentence& about,
                          const std::vector<std::pair<FieldPath, FieldVerdict>>& fields);
std::string ago(Timestamp then, Timestamp now);  // "2 minutes ago"

}  // namespace coterie
