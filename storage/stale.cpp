#include "storage/stale.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"
#include "storage/decide_access.hpp"
#include "storage/stored_json.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostAuthorsTold = 50;  // the newest; a conflict is an answer, not the history

// Nothing to compare with; the client loads the record again.
Refusal unavailable_base(const OperationScope& scope, const Head& head, std::string message) {
  Conflict conflict;
  conflict.mutation_id = scope.mutation.id;
  conflict.op_index = scope.index;
  conflict.key = head.meta.key;
  conflict.message = std::move(message);
  conflict.base_version = *scope.op.base_version;
  conflict.current_version = head.meta.version;
  if (!head.deleted) conflict.current = head.data;
  conflict.base_unavailable = true;
  return Refusal{std::move(conflict)};
}

// Those of the paths an event changed; of a whole document its top-level members.
Result<std::vector<FieldPath>> paths_of(const DataSyncEvent& event) {
  std::vector<FieldPath> paths;
  if (event.operation == EventOperation::update) {
    Result<Change> change = change_of(event);
    if (!change) return change.error();
    for (FieldValue& field : change->set) paths.push_back(std::move(field.path));
    for (FieldPath& path : change->unset) paths.push_back(std::move(path));
    return paths;
  }
  if (event.operation == EventOperation::remove) return paths;
  const Result<json::object> data = parse_stored_object(event.set);
  if (!data) return data.error();
  for (const auto& member : *data) {
    Result<FieldPath> path = FieldPath::parse(member.key());
    if (!path) return path.error();
    paths.push_back(std::move(*path));
  }
  return paths;
}

// The standing of a base that is older than the head: what happened since, and the document it saw.
Judged<Standing> look_back(const OperationScope& scope, const Head& head) {
  const Version base = *scope.op.base_version;
  const std::uint64_t steps = head.meta.version.value() - base.value();
  if (steps > kMaxLookBack) {
    return unavailable_base(scope, head,
                            "More than " + std::to_string(kMaxLookBack) +
                                " versions have passed since yours. Load the record again.");
  }
  Result<std::vector<DataSyncEvent>> since = scope.draft.events_since(head.meta.key, base, kMaxLookBack);
  if (!since) return failed(since.error());
  if (since->size() != steps) {
    return unavailable_base(scope, head,
                            "The version you edited is not kept any more. Load the record again.");
  }
  Standing standing;
  standing.stale = true;
  standing.strategy = scope.op.strategy.value_or(scope.mutation.strategy.value_or(scope.rules.strategy));
  standing.since = std::move(*since);
  if (!head.deleted) standing.base = head.data;
  for (auto event = standing.since.rbegin(); event != standing.since.rend(); ++event) {
    if (const Result<void> done = rewind(standing.base, *event); !done) return failed(done.error());
  }
  if (scope.access == nullptr || !standing.base) return standing;
  const Result<bool> seen = sees_version(scope.access, scope.draft, head.meta.key, base);
  if (!seen) return failed(seen.error());
  if (!*seen) {
    return unavailable_base(scope, head,
                            "The version you edited is not shown to you any more. Load the record again.");
  }
  return standing;
}

Conflict begin_conflict(const OperationScope& scope, const Head& head, const Standing& standing) {
  Conflict conflict;
  conflict.mutation_id = scope.mutation.id;
  conflict.op_index = scope.index;
  conflict.key = head.meta.key;
  conflict.base_version = *scope.op.base_version;
  conflict.current_version = head.meta.version;
  conflict.base = standing.base;
  if (!head.deleted) conflict.current = head.data;
  conflict.changed_by = authors_of(standing.since);
  return conflict;
}

}  // namespace

std::vector<VersionAuthor> authors_of(const std::vector<DataSyncEvent>& since) {
  std::vector<VersionAuthor> authors;
  const std::size_t skip = since.size() - std::min(since.size(), kMostAuthorsTold);
  for (std::size_t i = skip; i < since.size(); ++i) {
    authors.push_back(VersionAuthor{since[i].version, since[i].user_id, since[i].timestamp});
  }
  return authors;
}

Proposal propose(const Operation& op, const DocumentState& base, bool adjusted) {
  if (!base) return std::nullopt;
  json::object yours = *base;
  if (apply_assignments(yours, op)) return std::nullopt;
  if (adjusted && apply_adjustments(yours, op)) return std::nullopt;
  return yours;
}

Judged<Standing> heed_base(const OperationScope& scope, const Head& head, bool revives) {
  if (auto refusal = check_strategy(scope)) return std::move(*refusal);
  if (!scope.op.base_version) return Standing{};
  if (scope.mutation.epoch && *scope.mutation.epoch != scope.context.epoch) {
    return unavailable_base(scope, head,
                            "Your copy is of another history of this database. Load the record again.");
  }
  const Version base = *scope.op.base_version;
  if (base > head.meta.version) {
    return unavailable_base(scope, head, "There is no such version yet. Load the record again.");
  }
  const bool fresh = base == head.meta.version;
  if (fresh && (!head.deleted || revives)) return Standing{};
  Judged<Standing> standing = look_back(scope, head);
  if (!standing || !head.deleted) return standing;
  Proposal yours;
  if (scope.op.kind == OperationKind::update) yours = propose(scope.op, standing->base, true);
  return stale_conflict(scope, head, *standing, std::move(yours), nullptr);
}

Refusal stale_conflict(const OperationScope& scope, const Head& head, const Standing& standing,
                       Proposal yours, const Merge* merged) {
  Conflict conflict = begin_conflict(scope, head, standing);
  if (merged != nullptr) {
    conflict.fields = merged->fields;
    conflict.merged = merged->merged;
  } else if (standing.base && !head.deleted) {
    Merge theirs = merge(*standing.base, head.data, *standing.base);  // only they changed anything
    conflict.fields = std::move(theirs.fields);
    conflict.merged = std::move(theirs.merged);
  }
  conflict.yours = std::move(yours);
  auto named = conflict.fields;
  if (scope.access != nullptr && scope.access->veil) {
    std::erase_if(named, [&](const auto& field) { return scope.access->veil->hides(field.first); });
  }
  conflict.message = stale_message(StaleSentence{scope.context.author.user, scope.context.now, scope.op.kind,
                                                 head.meta, head.deleted, standing.since},
                                   named);
  return Refusal{std::move(conflict)};
}

std::vector<const FieldPath*> pointers_to(const std::vector<FieldPath>& paths) {
  std::vector<const FieldPath*> pointers;
  for (const FieldPath& path : paths) pointers.push_back(&path);
  return pointers;
}

std::optional<Refusal> note_overwritten(const OperationScope& scope, const Standing& standing,
                                        const Head& after, const std::vector<const FieldPath*>& paths) {
  std::map<UserId, std::vector<FieldPath>> by_user;
  for (const DataSyncEvent& event : standing.since) {
    if (event.user_id == scope.context.author.user) continue;
    Result<std::vector<FieldPath>> changed = paths_of(event);
    if (!changed) return failed(changed.error());
    for (FieldPath& path : *changed) {
      const auto lies_on = [&](const FieldPath* own) { return own->overlaps(path); };
      if (!paths.empty() && std::none_of(paths.begin(), paths.end(), lies_on)) continue;
      by_user[event.user_id].push_back(std::move(path));
    }
  }
  for (auto& [user, fields] : by_user) {
    std::sort(fields.begin(), fields.end());
    fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
    scope.overwritten.push_back(Overwritten{user, after.meta.key, after.meta.version, std::move(fields)});
  }
  return std::nullopt;
}

Result<DocumentState> document_at(const OperationScope& scope, const Head& head, Version version) {
  if (version > head.meta.version || version == Version{}) return DocumentState{};
  if (head.meta.version.value() - version.value() > kMaxLookBack) {
    // Too far to go back from here. No group is that long, so the store knows it.
    const Result<std::optional<Entity>> stored = scope.draft.stored_at(head.meta.key, version);
    if (!stored) return stored.error();
    if (!*stored) return DocumentState{};
    Result<json::object> data = parse_stored_object((*stored)->data);
    if (!data) return data.error();
    return DocumentState{std::move(*data)};
  }
  const Result<std::vector<DataSyncEvent>> since =
      scope.draft.events_since(head.meta.key, version, kMaxLookBack);
  if (!since) return since.error();
  if (since->size() != head.meta.version.value() - version.value())
    return DocumentState{};  // not kept any more
  DocumentState state;
  if (!head.deleted) state = head.data;
  for (auto event = since->rbegin(); event != since->rend(); ++event) {
    if (const Result<void> done = rewind(state, *event); !done) return done.error();
  }
  return state;
}

}  // namespace coterie
