// How a conflict comes into the inbox, once for each mutation, and out of it where its mutation is committed
// after all.
#include <utility>

#include "protocol/encode.hpp"
#include "protocol/json.hpp"
#include "storage/decide_steps.hpp"
#include "storage/inbox_draft.hpp"

namespace coterie {
namespace {

std::string fields_text(const Conflict& conflict) {
  boost::json::object fields;
  for (const auto& [path, verdict] : conflict.fields) fields[path.text()] = to_text(verdict);
  return to_json_text(fields);
}

StoredConflict stored(const Mutation& mutation, const DecideContext& context, const Conflict& conflict) {
  StoredConflict stored;
  ConflictEntry& entry = stored.entry;
  entry.state = ConflictState::open;
  entry.key = conflict.key;
  entry.operation = mutation.operations[conflict.op_index].kind;
  entry.user_id = context.author.user;
  entry.mutation_id = mutation.id;
  entry.stored_at = context.now;
  entry.base_version = conflict.base_version;
  entry.fields = fields_text(conflict);
  stored.content = mutation.content;
  stored.epoch = mutation.epoch.value_or(context.epoch);
  stored.request = mutation.to_store;
  stored.body = "{";
  append_conflict_members(stored.body, conflict);
  stored.body += '}';
  return stored;
}

}  // namespace

MutationOutcome keep_conflict(const Mutation& mutation, const DecideContext& context, Draft& draft,
                              Conflict conflict) {
  InboxDraft inbox = draft.inbox();
  const Result<std::optional<StoredConflict>> before = inbox.conflict_of(context.author.user, mutation.id);
  if (!before) return before.error();
  if (*before) {
    if ((*before)->content != mutation.content) return reused(mutation.id);
    conflict.conflict_id = (*before)->entry.id;
    return conflict;
  }
  const Result<std::uint64_t> open = inbox.open_conflicts();
  if (!open) return open.error();
  if (*open >= context.inbox.conflicts) {
    conflict.not_stored = "limit";
    return conflict;
  }
  StoredConflict fresh = stored(mutation, context, conflict);
  if (fresh.request.size() + fresh.body.size() > context.inbox.conflict_bytes) {
    conflict.not_stored = "too_large";
    return conflict;
  }
  const Result<ConflictId> id = inbox.add_conflict(std::move(fresh));
  if (!id) {
    draft.drop();
    return id.error();
  }
  draft.keep();
  conflict.conflict_id = *id;
  return conflict;
}

std::optional<Error> close_resent(const Mutation& mutation, const DecideContext& context, Draft& draft,
                                  const Committed& committed) {
  InboxDraft inbox = draft.inbox();
  Result<std::optional<StoredConflict>> found = inbox.conflict_of(context.author.user, mutation.id);
  if (!found) return found.error();
  if (!*found || (*found)->entry.state != ConflictState::open || (*found)->content != mutation.content)
    return std::nullopt;
  StoredConflict conflict = std::move(**found);
  Version version;
  for (const OperationResult& result : committed.results) {
    if (result.key == conflict.entry.key) version = result.version;
  }
  conflict.entry.state = ConflictState::decided;
  conflict.entry.decision =
      ConflictDecision{context.author.user, context.now, ResolutionKind::resent, version};
  inbox.change_conflict(std::move(conflict));
  return std::nullopt;
}

}  // namespace coterie
