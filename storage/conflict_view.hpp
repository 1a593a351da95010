// A stored conflict as it is to be seen: as it was answered first, and against the record as it stands now,
// so that what is shown is true when it is decided. Thread: any; values. Law 5.
#pragma once

#include <optional>
#include <vector>

#include "protocol/access.hpp"
#include "protocol/change.hpp"
#include "storage/past_version.hpp"
#include "storage/store.hpp"
#include "storage/type_rules.hpp"

namespace coterie {

// Its mutation, as it would come over the wire. Error unavailable: what is stored cannot be read any more.
Result<Mutation> mutation_of(const StoredConflict& stored);
// As it was answered first. Error as above.
Result<Conflict> conflict_of(const StoredConflict& stored);

// The record as it stands, for a conflict about it.
struct RecordNow {
  const Head* head = nullptr;        // null: nothing is left of it
  std::vector<DataSyncEvent> since;  // what happened after the conflict's base version, oldest first
};
// Who looks, and when: it says "You changed it just now".
struct Viewer {
  UserId user;
  Timestamp now;
  std::shared_ptr<const TypeAccess> access = nullptr;  // to the record's type; null: to everything
};
// `rules`: of the record's type.
Result<Conflict> conflict_now(const StoredConflict& stored, const RecordNow& record, const Viewer& viewer,
                              const TypeRules& rules);

// Of a viewer who may not see the record as it stood at the base: what rests on it is left out.
void hide_base(Conflict& conflict);

// The whole answer to `conflict`. Absent: there is no such entry, or the viewer may not see
// its record.
Result<std::optional<ConflictShown>> show_conflict(Reader& reader, ConflictId id, const Viewer& viewer,
                                                   const TypeTable& types);

}  // namespace coterie
