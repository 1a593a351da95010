#include "storage/decide.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

#include "protocol/encode.hpp"
#include "storage/decide_access.hpp"
#include "storage/decide_operation.hpp"
#include "storage/decide_steps.hpp"
#include "storage/inbox_draft.hpp"

namespace coterie {
namespace {

OperationDecision decide_operation(const OperationScope& scope) {
  if (auto refusal = check_rights(scope)) return std::move(*refusal);
  switch (scope.op.kind) {
    case OperationKind::create:
      return decide_create(scope);
    case OperationKind::update:
      return decide_update(scope);
    case OperationKind::remove:
      return decide_remove(scope);
    case OperationKind::restore:
      return decide_restore(scope);
  }
  return reject(scope, RejectedCode::invalid, "This server does not know the operation.");
}

MutationOutcome outcome_of(Refusal refusal) {
  return std::visit([](auto&& why) -> MutationOutcome { return std::move(why); }, std::move(refusal.why));
}

}  // namespace

const TypeRules& rules_of(const DecideContext& context, const EntityType& type) {
  static const TypeTable kNone;
  return (context.types != nullptr ? *context.types : kNone).of(type);
}

void throw_exception_from_error(const Refusal&, const boost::source_location&) {
  throw std::logic_error("the result of an operation was taken from its refusal");
}

Rejected reused(const MutationId& id) {
  Rejected rejected;
  rejected.mutation_id = id;
  rejected.code = RejectedCode::mutation_reused;
  rejected.message = "This mutation id was used for another change; send a changed attempt under a new id.";
  return rejected;
}

std::optional<MutationOutcome> repeat_of(const MutationId& id, const ContentHash& content,
                                         const DecideContext& context, Draft& draft) {
  Result<std::optional<StoredAnswer>> stored = draft.answer(context.author.user, id);
  if (!stored) return MutationOutcome{stored.error()};
  if (!*stored) return std::nullopt;
  if ((*stored)->content == content) return MutationOutcome{Repeated{std::move((*stored)->body)}};
  return MutationOutcome{reused(id)};
}

std::optional<MutationOutcome> run_operations(const Mutation& mutation, const DecideContext& context,
                                              Draft& draft, Committed& committed, Decision& decision) {
  committed.mutation_id = mutation.id;
  committed.results.reserve(mutation.operations.size());
  for (std::size_t i = 0; i < mutation.operations.size(); ++i) {
    const Operation& op = mutation.operations[i];
    const std::shared_ptr<const TypeAccess> access = access_of(context, op.entity_type);
    const OperationScope scope{mutation,
                               i,
                               op,
                               context,
                               rules_of(context, op.entity_type),
                               access.get(),
                               draft,
                               decision.overwritten,
                               decision.used_locks};
    OperationDecision operation = decide_operation(scope);
    if (!operation) {
      draft.drop();
      decision.overwritten.clear();
      decision.used_locks.clear();
      return outcome_of(std::move(operation).error());
    }
    if (access && access->veil) access->veil->cut(*operation);
    committed.results.push_back(std::move(*operation));
  }
  return std::nullopt;
}

MutationOutcome keep_committed(Committed committed, const ContentHash& content, const DecideContext& context,
                               Draft& draft, const std::vector<Overwritten>& overwritten) {
  for (const Overwritten& one : overwritten) {
    Notification notice;
    notice.kind = NotificationKind::overwritten;
    notice.key = one.key;
    notice.version = one.version;
    notice.fields = one.fields;
    notice.user_id = context.author.user;
    notice.timestamp = context.now;
    if (Result<void> done = draft.inbox().notify(one.user, std::move(notice)); !done) {
      draft.drop();
      return done.error();
    }
  }
  // One that changed nothing rests on the commits so far; its answer is kept all the same.
  committed.seq = draft.layer_changes() ? draft.next_seq() : draft.last();
  std::string body = encode_body(committed);
  draft.put_answer(
      StoredAnswer{context.author.user, committed.mutation_id, content, body, committed.seq, context.now});
  draft.keep();
  return CommittedAnswer{committed.seq, std::move(body)};
}

Decision decide(const Mutation& mutation, const DecideContext& context, Draft& draft) {
  Decision decision;
  if (auto repeat = repeat_of(mutation.id, mutation.content, context, draft)) {
    decision.outcome = std::move(*repeat);
    cut_to_rights(decision.outcome, context);
    return decision;
  }
  Committed committed;
  if (auto refused = run_operations(mutation, context, draft, committed, decision)) {
    Conflict* const conflict = std::get_if<Conflict>(&*refused);
    const bool kept = conflict != nullptr && !mutation.to_store.empty();
    decision.outcome =
        kept ? keep_conflict(mutation, context, draft, std::move(*conflict)) : std::move(*refused);
    cut_to_rights(decision.outcome, context);
    return decision;
  }
  if (!mutation.to_store.empty()) {
    if (auto error = close_resent(mutation, context, draft, committed)) {
      draft.drop();
      decision.overwritten.clear();
      decision.outcome = std::move(*error);
      return decision;
    }
  }
  decision.outcome =
      keep_committed(std::move(committed), mutation.content, context, draft, decision.overwritten);
  return decision;
}

}  // namespace coterie
