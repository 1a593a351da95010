// The three ways a mutation is decided. Exactly one of them answers it.
// Thread: any; values.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/entity.hpp"
#include "protocol/lock_messages.hpp"
#include "protocol/merge.hpp"
#include "protocol/types.hpp"

namespace coterie {

struct OperationResult {
  EntityKey key;
  Version version;
  std::vector<std::pair<FieldPath, std::string>> numbers;  // "orderNumber": "ORD-2026-000123"
  std::vector<FieldPath> merged;                           // the fields taken from others
  std::optional<Entity> entity;                            // where `return` asked for it
};

struct Committed {
  MutationId mutation_id;
  Seq seq;  // of an empty change (guards only): the seq it was checked at
  std::vector<OperationResult> results;
  std::optional<ConflictId> conflict_id{};  // of one that decided a stored conflict
};

struct VersionAuthor {
  Version version;
  UserId user_id;
  Timestamp timestamp;
};

// A stale edit: nothing was changed; here is what to decide with. Law 5.
struct Conflict {
  MutationId mutation_id;
  std::size_t op_index = 0;
  EntityKey key;
  std::string message;
  Version base_version;
  Version current_version;
  std::optional<boost::json::object> base;     // absent: base_unavailable, or nothing stood there
  std::optional<boost::json::object> current;  // absent: deleted
  std::optional<boost::json::object> yours;
  std::optional<boost::json::object> merged;
  std::vector<std::pair<FieldPath, FieldVerdict>> fields;
  std::vector<VersionAuthor> changed_by;
  bool base_unavailable = false;
  std::optional<ConflictId> conflict_id;  // where it is kept in the inbox
  std::string not_stored;                 // why it was not, though it was to be: "limit", "too_large"
};

enum class RejectedCode {
  guard_failed,
  locked,
  fenced,
  exists,
  not_found,
  forbidden,
  invalid,
  unique,
  mutation_reused,
  mutation_expired,
  decided,  // the stored conflict was decided before
};
std::string_view to_text(RejectedCode code);

struct Rejected {
  MutationId mutation_id;
  std::size_t op_index = 0;
  RejectedCode code{};
  std::string message;
  std::string field;                         // the path at fault; empty: none
  std::optional<Entity> current;             // what the client needs to go on
  std::optional<boost::json::object> guard;  // the guard that failed
  std::optional<LockHolder> holder;          // of the lock in the way
  bool retry = false;
};

}  // namespace coterie
