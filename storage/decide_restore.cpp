// restore: the content of an earlier version becomes a new one, of a deleted record too.
#include <utility>

#include "protocol/json.hpp"
#include "protocol/settle.hpp"
#include "storage/decide_access.hpp"
#include "storage/decide_operation.hpp"
#include "storage/stale.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

Refusal no_such_version(const OperationScope& scope) {
  return reject(
      scope, RejectedCode::invalid,
      "The record has no content at this version that could be restored, or it is not kept any more.",
      "toVersion");
}

// What the restored version held, with the numbers the record has been given by now.
Judged<json::object> content_to_restore(const OperationScope& scope, const Head& head) {
  Result<DocumentState> content = document_at(scope, head, *scope.op.to_version);
  if (!content) return failed(content.error());
  if (!*content) return no_such_version(scope);
  const Result<bool> seen = sees_version(scope.access, scope.draft, head.meta.key, *scope.op.to_version);
  if (!seen) return failed(seen.error());
  if (!*seen) return no_such_version(scope);
  keep_untouchable(scope, head, **content);
  Head restored;
  restored.data = std::move(**content);
  restored.numbers = head.numbers;
  if (auto refusal = put_back_numbers(scope, restored)) return std::move(*refusal);
  if (auto refusal = check_numbers(scope, restored)) return std::move(*refusal);
  return std::move(restored.data);
}

// For a restore the one kind of target that may be deleted.
Judged<const Head*> find_restorable(const OperationScope& scope) {
  const EntityKey key{scope.op.entity_type, scope.op.entity_id.value_or(EntityId{})};
  const Result<const Head*> found = scope.draft.head(key);
  if (!found) return failed(found.error());
  if (*found != nullptr && (*found)->deleted && !scope.draft.touched(key)) {
    const Head* const head = *found;
    const Result<bool> seen = sees(scope.access, scope.draft, *head);
    if (!seen) return failed(seen.error());
    if (!*seen) return reject(scope, RejectedCode::not_found, "There is no such record.");
    if (auto refusal = check_old(scope, *head)) return std::move(*refusal);
    return head;
  }
  return find_target(scope);
}

// Whether the base version lets it through; a stale one that merges leaves the merge in `content`. Then, the
// paths where a policy let it take the place of what others wrote.
Judged<std::vector<FieldPath>> settle_base(const OperationScope& scope, const Head& head,
                                           const Standing& standing, json::object& content,
                                           OperationResult& result) {
  std::vector<FieldPath> overridden;
  if (!standing.stale || standing.strategy == Strategy::latest_wins) return overridden;
  if (!standing.base) return stale_conflict(scope, head, standing, std::move(content), nullptr);
  Merge merged = settle(*standing.base, head.data, content, scope.rules.clashes);
  if (merged.clashes || standing.strategy != Strategy::merge) {
    return stale_conflict(scope, head, standing, std::move(content), &merged);
  }
  content = std::move(merged.merged);
  result.merged = std::move(merged.theirs);
  return std::move(merged.overridden);
}

// The account of the change; absent where the record stands so already.
std::optional<EventTexts> account(bool revives, const json::object& before, const json::object& after) {
  if (revives) return EventTexts{to_json_text(after), "[]", "{}"};
  return tell(difference(before, after));
}

}  // namespace

OperationDecision decide_restore(const OperationScope& scope) {
  if (!scope.op.to_version) return no_such_version(scope);
  const Judged<const Head*> target = find_restorable(scope);
  if (!target) return target.error();
  if (auto refusal = check_locks(scope, (*target)->meta.key)) return std::move(*refusal);
  const Judged<Standing> standing = heed_base(scope, **target, true);
  if (!standing) return standing.error();
  Judged<json::object> content = content_to_restore(scope, **target);
  if (!content) return content.error();
  OperationResult result;
  const Judged<std::vector<FieldPath>> overridden = settle_base(scope, **target, *standing, *content, result);
  if (!overridden) return overridden.error();
  if (auto refusal = check_guard(scope, **target)) return std::move(*refusal);

  Result<Head> taken = scope.draft.take((*target)->meta.key);
  if (!taken) return failed(taken.error());
  Head head = std::move(*taken);
  const bool revives = head.deleted;
  const UniqueTexts held = unique_values(scope, head);
  if (scope.op.return_document == ReturnDocument::before && !revives) result.entity = entity_of(head);
  const json::object before = std::exchange(head.data, std::move(*content));
  std::optional<EventTexts> texts = account(revives, before, head.data);
  if (!texts) {
    result.key = head.meta.key;
    result.version = head.meta.version;
    if (scope.op.return_document == ReturnDocument::after) result.entity = entity_of(head);
    scope.draft.put_back(std::move(head));
    return result;
  }
  if (auto refusal = check_numbers(scope, head)) return std::move(*refusal);

  const EventOperation operation = revives ? EventOperation::create : EventOperation::update;
  step(scope, head, operation);
  if (standing->stale && standing->strategy == Strategy::latest_wins) {
    if (auto refusal = note_overwritten(scope, *standing, head, {})) return std::move(*refusal);
  } else if (!overridden->empty()) {
    if (auto refusal = note_overwritten(scope, *standing, head, pointers_to(*overridden))) {
      return std::move(*refusal);
    }
  }
  DataSyncEvent event = event_for(scope, head, operation, Cause::restore, std::move(*texts));
  return put_change(scope, std::move(head), std::move(event), std::move(result), held);
}

}  // namespace coterie
