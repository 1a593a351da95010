// delete: a version too, the tombstone.
#include <utility>

#include "protocol/json.hpp"
#include "storage/decide_operation.hpp"
#include "storage/stale.hpp"

namespace coterie {
OperationDecision decide_remove(const OperationScope& scope) {
  const Judged<const Head*> target = find_target(scope);
  if (!target) return target.error();
  if (auto refusal = check_locks(scope, (*target)->meta.key)) return std::move(*refusal);
  const Judged<Standing> standing = heed_base(scope, **target);
  if (!standing) return standing.error();
  if (standing->stale && standing->strategy != Strategy::latest_wins) {
    return stale_conflict(scope, **target, *standing, std::nullopt, nullptr);
  }
  if (auto refusal = check_guard(scope, **target)) return std::move(*refusal);

  Result<Head> taken = scope.draft.take((*target)->meta.key);
  if (!taken) return failed(taken.error());
  Head head = std::move(*taken);
  OperationResult result;
  if (scope.op.return_document == ReturnDocument::before) result.entity = entity_of(head);
  const UniqueTexts held = unique_values(scope, head);
  step(scope, head, EventOperation::remove);
  if (standing->stale) {
    if (auto refusal = note_overwritten(scope, *standing, head, {})) return std::move(*refusal);
  }
  DataSyncEvent event = event_for(scope, head, EventOperation::remove, scope.context.cause,
                                  {"{}", "[]", to_json_text(head.data)});
  head.data.clear();
  return put_change(scope, std::move(head), std::move(event), std::move(result), held);
}

}  // namespace coterie
