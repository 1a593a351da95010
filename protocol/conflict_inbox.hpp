// The conflict inbox: conflicts that were kept to be decided later, by whoever comes to it. What one is, what
// may be asked of it, and what is answered. Thread: any; values. Law 5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/mutation.hpp"
#include "protocol/outcome.hpp"
#include "protocol/types.hpp"

namespace coterie {

enum class ConflictState { open, decided, dismissed };  // dismissed: nothing of it was written
// On the wire use-mine, use-theirs, merge, set. Resent: nobody decided it; its own mutation was committed
// when it was sent again.
enum class ResolutionKind { use_mine, use_theirs, merge, set, resent };

std::string_view to_text(ConflictState state);
std::string_view to_text(ResolutionKind kind);
std::optional<ConflictState> conflict_state_from_text(std::string_view text);
std::optional<ResolutionKind> resolution_from_text(std::string_view text);

struct ConflictDecision {
  UserId by;
  Timestamp at;
  ResolutionKind resolution{};
  Version version;  // of the record afterwards
};

// One entry of the inbox, without its documents.
struct ConflictEntry {
  ConflictId id;
  ConflictState state{};
  EntityKey key;
  OperationKind operation{};
  UserId user_id;  // whose change it was
  MutationId mutation_id;
  Timestamp stored_at;
  Version base_version;
  std::string fields;  // JSON text: path to verdict, as they stood then
  std::optional<UserId> assignee;
  std::optional<ConflictDecision> decision;  // of one that is not open any more
};

// ---- requests ----

struct ListConflicts {
  std::optional<ConflictState> state;
  std::optional<EntityType> type;
  std::optional<EntityId> id;  // only with type
  std::optional<UserId> assignee;
  std::optional<std::size_t> limit;
  std::optional<ConflictId> before;  // the cursor: newest first, on from here
};
struct ShowConflict {
  ConflictId id;
};

struct Resolution {
  ResolutionKind kind{};
  std::vector<FieldValue> set;  // of `set`: what is written in place of the change
  std::vector<FieldPath> unset;
};
struct DecideConflict {
  ConflictId id;
  MutationId mutation_id;
  Resolution resolution;
  std::optional<Version> base_version;  // the version that was looked at; absent only with use-theirs
  ContentHash content;
};

struct AssignConflict {
  ConflictId id;
  std::optional<UserId> assignee;  // absent: nobody's
};

// ---- answers ----

struct ConflictPage {  // "conflicts"
  std::vector<ConflictEntry> conflicts;
  std::optional<ConflictId> next;
  std::uint64_t open = 0;  // of all there are
};
struct ConflictShown {  // "storedConflict"
  ConflictEntry entry;
  Conflict conflict;  // of an open one against the record as it stands; else as it was stored
  std::string ops;    // JSON text: the operations of its mutation
};
struct Assigned {
  ConflictId id;
  std::optional<UserId> assignee;
};

}  // namespace coterie
