// delete: a version too, the tombstone. And restore: the content of an earlier version becomes a new one.
#include <utility>

#include "protocol/json.hpp"
#include "storage/decide_operation.hpp"
#include "storage/stale.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

Refusal no_such_version(const OperationScope& scope) {
  return reject(scope, RejectedCode::invalid,
                "The record has no content at this version that could be restored.", "toVersion");
}

// What the restored version held, with the numbers the record has been given by now.
Judged<json::object> content_to_restore(const OperationScope& scope, const Head& head) {
  Result<DocumentState> content = document_at(scope, head, *scope.op.to_version);
  if (!content) return failed(content.error());
  if (!*content) return no_such_version(scope);
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
  if (*found != nullptr && (*found)->deleted && !scope.draft.touched(key)) return *found;
  return find_target(scope);
}

}  // namespace

OperationDecision decide_remove(const OperationScope& scope) {
  const Judged<const Head*> target = find_target(scope);
  if (!target) return target.error();
  const Judged<Standing> standing = heed_base(scope, **target);
  if (!standing) return standing.error();
  if (standing->stale && standing->strategy != Strategy::latest_wins) {
    return stale_conflict(scope, **target, *standing, std::nullopt, nullptr);
  }
  if (auto refusal = check_guard(scope, **target)) return std::move(*refusal);

  Head head = **target;
  OperationResult result;
  if (scope.op.return_document == ReturnDocument::before) result.entity = entity_of(head);
  step(scope, head, EventOperation::remove);
  if (standing->stale) {
    if (auto refusal = note_overwritten(scope, *standing, head, {})) return std::move(*refusal);
  }
  DataSyncEvent event = event_for(scope, head, EventOperation::remove, scope.context.cause,
                                  {"{}", "[]", to_json_text(head.data)});
  head.data.clear();
  return put_change(scope, std::move(head), std::move(event), std::move(result));
}

OperationDecision decide_restore(const OperationScope& scope) {
  if (!scope.op.to_version) return no_such_version(scope);
  const Judged<const Head*> target = find_restorable(scope);
  if (!target) return target.error();
  Judged<Standing> standing = heed_base(scope, **target, true);
  if (!standing) return standing.error();
  Judged<json::object> content = content_to_restore(scope, **target);
  if (!content) return content.error();

  OperationResult result;
  const bool overwrites = standing->stale && standing->strategy == Strategy::latest_wins;
  if (standing->stale && !overwrites) {
    if (!standing->base) return stale_conflict(scope, **target, *standing, std::move(*content), nullptr);
    Merge merged = merge(*standing->base, (*target)->data, *content);
    if (merged.clashes || standing->strategy == Strategy::reject) {
      return stale_conflict(scope, **target, *standing, std::move(*content), &merged);
    }
    *content = std::move(merged.merged);
    result.merged = std::move(merged.theirs);
  }
  if (auto refusal = check_guard(scope, **target)) return std::move(*refusal);

  Head head = **target;
  if (scope.op.return_document == ReturnDocument::before && !head.deleted) result.entity = entity_of(head);
  const bool revives = head.deleted;
  const json::object before = std::exchange(head.data, std::move(*content));
  const Change change = revives ? Change{} : difference(before, head.data);
  if (!revives && change.empty()) {  // it stands so already: no version
    result.key = head.meta.key;
    result.version = head.meta.version;
    if (scope.op.return_document == ReturnDocument::after) result.entity = entity_of(head);
    return result;
  }
  if (auto refusal = check_numbers(scope, head)) return std::move(*refusal);

  const EventOperation operation = revives ? EventOperation::create : EventOperation::update;
  step(scope, head, operation);
  if (overwrites) {
    if (auto refusal = note_overwritten(scope, *standing, head, {})) return std::move(*refusal);
  }
  EventTexts texts = revives ? EventTexts{to_json_text(head.data), "[]", "{}"} : *tell(change);
  DataSyncEvent event = event_for(scope, head, operation, Cause::restore, std::move(texts));
  return put_change(scope, std::move(head), std::move(event), std::move(result));
}

}  // namespace coterie
