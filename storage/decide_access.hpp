// Rights within a decision: what the author may not see is as if it were not there, what it may not do is
// forbidden, and whatever goes back to it is cut to what it may see. Only decide and the sequencer include
// this. Thread: sequencer. Law 8.
#pragma once

#include <memory>
#include <optional>

#include "protocol/access.hpp"
#include "storage/decide_operation.hpp"

namespace coterie {

// Null: the author may everything with that type.
std::shared_ptr<const TypeAccess> access_of(const DecideContext& context, const EntityType& type);

// What can be told without looking at any record: an action that is denied for the whole type, fields that
// may not be touched, conditions over fields that may not be seen.
std::optional<Refusal> check_rights(const OperationScope& scope);
// Whether the author may read the record; a deleted one by how it last stood.
Result<bool> sees(const TypeAccess* access, Draft& draft, const Head& head);
// Whether the author may do to the record, as it stands, what the operation does.
std::optional<Refusal> check_old(const OperationScope& scope, const Head& head);
// And whether it may leave it so.
std::optional<Refusal> check_new(const OperationScope& scope, const Head& head);
// The filter of a `where`, kept to what the author may both read and update.
Filter within_rights(const OperationScope& scope, const Filter& filter);
// Whether the author may see the record as it stood at that version.
Result<bool> sees_version(const TypeAccess* access, Draft& draft, const EntityKey& key, Version version);
// Fields that the author may not touch stay as they stand, whatever is restored.
void keep_untouchable(const OperationScope& scope, const Head& head, boost::json::object& content);

// A lock is asked for. Absent: it may be.
std::optional<Error> check_lock(const TypeAccess* access, const Lock& request, Draft& draft,
                                const Head& head);

// An outcome as its author may see it.
void cut_to_rights(MutationOutcome& outcome, const DecideContext& context);

}  // namespace coterie
