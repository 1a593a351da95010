// update: fields of one record, found by its id or as the first match of a filter.
#include <utility>

#include "protocol/settle.hpp"
#include "storage/decide_access.hpp"
#include "storage/decide_operation.hpp"
#include "storage/stale.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

// The first match that passes the guard; where none does, the first match tells why.
Judged<const Head*> find_match(const OperationScope& scope) {
  const Operation& op = scope.op;
  const bool guarded = op.guard && !op.guard->empty();
  const Filter where = within_rights(scope, *op.where);
  const Filter wanted = guarded ? both(where, *op.guard) : where;
  const Result<const Head*> found = scope.draft.first_match(op.entity_type, wanted, op.sort);
  if (!found) return failed(found.error());
  if (*found != nullptr) return *found;
  if (guarded) {
    const Result<const Head*> unguarded = scope.draft.first_match(op.entity_type, where, op.sort);
    if (!unguarded) return failed(unguarded.error());
    if (*unguarded != nullptr) return guard_failed(scope, **unguarded);
  }
  return reject(scope, RejectedCode::not_found, "No record matches.");
}

// What the conflict shows: the merge of the assignments, with the adjustments done to it where they can be.
Refusal conflict(const OperationScope& scope, const Head& head, const Standing& standing,
                 const Merge* merged) {
  Proposal shown = propose(scope.op, standing.base, true);
  if (merged == nullptr) return stale_conflict(scope, head, standing, std::move(shown), nullptr);
  Merge proposed = *merged;
  json::object adjusted = proposed.merged;
  if (!apply_adjustments(adjusted, scope.op)) proposed.merged = std::move(adjusted);
  return stale_conflict(scope, head, standing, std::move(shown), &proposed);
}

struct Judgement {
  Standing standing;
  std::optional<Merge> merge;  // of a stale one that commits by merging
};

// Whether the base version lets the edit through, and on which terms.
Judged<Judgement> judge_base(const OperationScope& scope, const Head& head) {
  Judged<Standing> heeded = heed_base(scope, head);
  if (!heeded) return heeded.error();
  Judgement judgement{std::move(*heeded), std::nullopt};
  const Standing& standing = judgement.standing;
  if (!standing.stale) return judgement;

  const bool overwrites = standing.strategy == Strategy::latest_wins && !only_checks(scope.op);
  if (overwrites) return judgement;
  std::optional<Merge> merged;
  if (const Proposal yours = propose(scope.op, standing.base, false))
    merged = settle(*standing.base, head.data, *yours, scope.rules.clashes);
  const bool commits =
      merged && !merged->clashes && standing.strategy == Strategy::merge && !only_checks(scope.op);
  if (!commits) return conflict(scope, head, standing, merged ? &*merged : nullptr);
  judgement.merge = std::move(merged);
  return judgement;
}

std::vector<const FieldPath*> assigned_paths(const Operation& op) {
  std::vector<const FieldPath*> paths;
  for (const FieldValue& field : op.set) paths.push_back(&field.path);
  for (const FieldPath& path : op.unset) paths.push_back(&path);
  return paths;
}

// Those whose changes it wrote over: all it assigned where it is the latest that wins, and where it merged,
// the fields that a policy gave to it.
std::optional<Refusal> tell_overwritten(const OperationScope& scope, const Standing& standing,
                                        const Head& after,
                                        const std::optional<std::vector<FieldPath>>& overridden) {
  if (!standing.stale) return std::nullopt;
  if (!overridden) return note_overwritten(scope, standing, after, assigned_paths(scope.op));
  if (overridden->empty()) return std::nullopt;
  return note_overwritten(scope, standing, after, pointers_to(*overridden));
}

// What rests on the document as it is, whoever made it so.
std::optional<Refusal> adjust(const OperationScope& scope, Head& head, OperationResult& result) {
  if (auto fault = apply_adjustments(head.data, scope.op)) return invalid(scope, std::move(*fault));
  if (auto fault = apply_stamps(head.data, scope.op, scope.context.author.user, scope.context.now)) {
    return invalid(scope, std::move(*fault));
  }
  if (auto refusal = fill_numbers(scope, head, result)) return refusal;
  return check_numbers(scope, head);
}

// Changes the fields and gives the account of it; absent where all is so already.
using Account = std::optional<EventTexts>;

Judged<Account> change_fields(const OperationScope& scope, Head& head, OperationResult& result) {
  TouchedFields touched;
  if (auto fault = touched.look(head.data, scope.op)) return invalid(scope, std::move(*fault));
  if (auto fault = apply_assignments(head.data, scope.op)) return invalid(scope, std::move(*fault));
  if (auto refusal = adjust(scope, head, result)) return std::move(*refusal);
  return touched.tell(head.data);
}

Judged<Account> merge_fields(const OperationScope& scope, Head& head, Merge merged, OperationResult& result) {
  const json::object before = std::exchange(head.data, std::move(merged.merged));
  result.merged = std::move(merged.theirs);
  if (auto refusal = adjust(scope, head, result)) return std::move(*refusal);
  return tell(difference(before, head.data));
}

// Nothing is put into the layer: the answer tells the version that stands.
OperationResult unchanged(const OperationScope& scope, const Head& head, OperationResult result) {
  result.key = head.meta.key;
  result.version = head.meta.version;
  if (scope.op.return_document != ReturnDocument::none) result.entity = entity_of(head);
  return result;
}

}  // namespace

OperationDecision decide_update(const OperationScope& scope) {
  const Operation& op = scope.op;
  const Judged<const Head*> target = op.where ? find_match(scope) : find_target(scope);
  if (!target) return target.error();
  if (auto refusal = check_old(scope, **target)) return std::move(*refusal);
  if (auto refusal = check_locks(scope, (*target)->meta.key)) return std::move(*refusal);
  Judged<Judgement> judged = judge_base(scope, **target);
  if (!judged) return judged.error();
  if (auto refusal = check_guard(scope, **target)) return std::move(*refusal);
  OperationResult result;
  if (only_checks(op)) return unchanged(scope, **target, std::move(result));

  Result<Head> taken = scope.draft.take((*target)->meta.key);
  if (!taken) return failed(taken.error());
  Head head = std::move(*taken);
  if (op.return_document == ReturnDocument::before) result.entity = entity_of(head);
  const UniqueTexts held = unique_values(scope, head);
  const bool merges = judged->merge.has_value();
  std::optional<std::vector<FieldPath>> overridden;
  if (merges) overridden = std::move(judged->merge->overridden);
  Judged<Account> account = merges ? merge_fields(scope, head, std::move(*judged->merge), result)
                                   : change_fields(scope, head, result);
  if (!account) return account.error();
  if (!*account) {
    result = unchanged(scope, head, std::move(result));
    scope.draft.put_back(std::move(head));
    return result;
  }

  step(scope, head, EventOperation::update);
  if (auto refusal = tell_overwritten(scope, judged->standing, head, overridden)) return std::move(*refusal);
  DataSyncEvent event = event_for(scope, head, EventOperation::update,
                                  merges ? Cause::merge : scope.context.cause, std::move(**account));
  return put_change(scope, std::move(head), std::move(event), std::move(result), held);
}

}  // namespace coterie
