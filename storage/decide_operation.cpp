#include "storage/decide_operation.hpp"

#include <utility>

#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"
#include "storage/decide_access.hpp"
#include "storage/document_size.hpp"

namespace coterie {
namespace {

Refusal too_large(const OperationScope& scope, std::string_view what, std::size_t bytes, std::size_t limit) {
  return reject(scope, RejectedCode::invalid,
                std::string(what) + " would take " + std::to_string(bytes) + " bytes; at most " +
                    std::to_string(limit) + " are allowed.");
}

}  // namespace

Refusal reject(const OperationScope& scope, RejectedCode code, std::string message, std::string field) {
  Rejected rejected;
  rejected.mutation_id = scope.mutation.id;
  rejected.op_index = scope.index;
  rejected.code = code;
  rejected.message = std::move(message);
  rejected.field = std::move(field);
  return Refusal{std::move(rejected)};
}

Refusal invalid(const OperationScope& scope, FieldFault fault) {
  return reject(scope, RejectedCode::invalid, std::move(fault.message), std::move(fault.field));
}

Refusal guard_failed(const OperationScope& scope, const Head& head) {
  Refusal refusal =
      reject(scope, RejectedCode::guard_failed, "The record does not meet the guard of the operation.");
  Rejected& rejected = std::get<Rejected>(refusal.why);
  if (!head.deleted) rejected.current = entity_of(head);
  if (scope.op.guard) rejected.guard = scope.op.guard->source();
  return refusal;
}

Judged<const Head*> find_target(const OperationScope& scope) {
  const EntityKey key{scope.op.entity_type, scope.op.entity_id.value_or(EntityId{})};
  if (scope.draft.touched(key)) {
    return reject(scope, RejectedCode::invalid,
                  "A mutation may hold one operation for each record; this is a second.");
  }
  const Result<const Head*> found = scope.draft.head(key);
  if (!found) return failed(found.error());
  const Head* const head = *found;
  const bool asks_for_more = head != nullptr && head->deleted && scope.op.base_version;
  if (head == nullptr || (head->deleted && !asks_for_more)) {
    return reject(scope, RejectedCode::not_found, "There is no such record.");
  }
  if (scope.access == nullptr) return head;
  const Result<bool> seen = sees(scope.access, scope.draft, *head);
  if (!seen) return failed(seen.error());
  if (!*seen) return reject(scope, RejectedCode::not_found, "There is no such record.");
  if (auto refusal = check_old(scope, *head)) return std::move(*refusal);
  return head;
}

std::optional<Refusal> check_guard(const OperationScope& scope, const Head& head) {
  if (!scope.op.guard || scope.op.guard->empty()) return std::nullopt;
  if (scope.op.guard->matches(head.meta, head.data)) return std::nullopt;
  return guard_failed(scope, head);
}

Entity entity_of(const Head& head) { return Entity{head.meta, to_json_text(head.data)}; }

DataSyncEvent event_for(const OperationScope& scope, const Head& head, EventOperation operation, Cause cause,
                        EventTexts texts) {
  DataSyncEvent event;
  event.set = std::move(texts.set);
  event.unset = std::move(texts.unset);
  event.old = std::move(texts.old);
  event.key = head.meta.key;
  event.operation = operation;
  event.version = head.meta.version;
  event.user_id = scope.context.author.user;
  event.session_id = scope.context.author.session;
  event.client_id = scope.context.author.client;
  event.mutation_id = scope.mutation.id;
  event.timestamp = scope.context.now;
  event.cause = cause;
  return event;
}

void step(const OperationScope& scope, Head& head, EventOperation operation) {
  head.meta.version = Version{head.meta.version.value() + 1};
  head.before = {head.meta.updated_at, std::move(head.meta.updated_by), {}, {}};
  head.meta.updated_at = scope.context.now;
  head.meta.updated_by = scope.context.author.user;
  head.deleted = operation == EventOperation::remove;
  if (operation != EventOperation::create) return;
  head.before.created_at = head.meta.created_at;
  head.before.created_by = std::move(head.meta.created_by);
  head.meta.created_at = scope.context.now;
  head.meta.created_by = scope.context.author.user;
}

Judged<std::size_t> check_size(const OperationScope& scope, const Head& head) {
  const DocumentSize size = measure(head.data);
  if (size.depth > kMaxDepth) {
    return reject(scope, RejectedCode::invalid,
                  "The record would nest deeper than " + std::to_string(kMaxDepth) + " levels.");
  }
  if (size.members > kMaxMembers) {
    return reject(scope, RejectedCode::invalid,
                  "The record would hold more than " + std::to_string(kMaxMembers) + " members and items.");
  }
  // Few are near the limit: only those are written to be measured exactly.
  if (size.most_bytes > scope.context.entity_bytes) {
    const std::size_t bytes = to_json_text(head.data).size();
    if (bytes > scope.context.entity_bytes) {
      return too_large(scope, "The record", bytes, scope.context.entity_bytes);
    }
  }
  return size.bytes;
}

OperationDecision put_change(const OperationScope& scope, Head head, DataSyncEvent event,
                             OperationResult result, const UniqueTexts& held) {
  if (auto refusal = check_new(scope, head)) return std::move(*refusal);
  const Judged<std::size_t> bytes = check_size(scope, head);
  if (!bytes) return bytes.error();
  if (auto refusal = check_schema(scope, head)) return std::move(*refusal);
  if (auto refusal = pass_unique_values(scope, head, held)) return std::move(*refusal);
  result.key = head.meta.key;
  result.version = head.meta.version;
  if (scope.op.return_document == ReturnDocument::after && !head.deleted) result.entity = entity_of(head);
  scope.draft.put(std::move(head), std::move(event), *bytes);
  if (scope.draft.layer_bytes() > scope.context.transaction_bytes) {
    return too_large(scope, "The mutation", scope.draft.layer_bytes(), scope.context.transaction_bytes);
  }
  return result;
}

}  // namespace coterie
