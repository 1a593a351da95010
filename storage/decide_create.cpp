// create: a new record, or a deleted one that goes on with its versions.
#include <utility>

#include "protocol/json.hpp"
#include "storage/decide_operation.hpp"

namespace coterie {
namespace {

// What goes on from here: the tombstone of a deleted record, else a head at version 0.
Judged<Head> beginning(const OperationScope& scope) {
  EntityKey key{scope.op.entity_type, scope.op.entity_id ? *scope.op.entity_id : scope.context.make_id()};
  const Result<const Head*> found = scope.draft.head(key);
  if (!found) return failed(found.error());
  if (*found == nullptr) {
    Head head;
    head.meta.key = std::move(key);
    return head;
  }
  if (!(*found)->deleted)
    return reject(scope, RejectedCode::exists, "A record with this id is there already.");
  if (scope.draft.touched(key)) {
    return reject(scope, RejectedCode::invalid,
                  "A mutation may hold one operation for each record; this is a second.");
  }
  return **found;
}

}  // namespace

OperationDecision decide_create(const OperationScope& scope) {
  const Operation& op = scope.op;
  // A guard or a base that is not heeded would let an edit through that its author held back.
  if (op.base_version || (op.guard && !op.guard->empty())) {
    return reject(scope, RejectedCode::invalid,
                  "A create rests on nothing: it takes no guard and no baseVersion.");
  }
  Judged<Head> begun = beginning(scope);
  if (!begun) return begun.error();
  Head head = std::move(*begun);
  if (auto refusal = check_locks(scope, head.meta.key)) return std::move(*refusal);
  head.data = op.data;

  OperationResult result;
  if (auto fault = apply_stamps(head.data, op, scope.context.author.user, scope.context.now)) {
    return invalid(scope, std::move(*fault));
  }
  if (auto refusal = put_back_numbers(scope, head)) return std::move(*refusal);
  if (auto refusal = fill_numbers(scope, head, result)) return std::move(*refusal);
  if (auto refusal = check_numbers(scope, head)) return std::move(*refusal);

  step(scope, head, EventOperation::create);
  DataSyncEvent event = event_for(scope, head, EventOperation::create, scope.context.cause,
                                  {to_json_text(head.data), "[]", "{}"});
  return put_change(scope, std::move(head), std::move(event), std::move(result), {});
}

}  // namespace coterie
