#include "storage/decide.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

#include "protocol/encode.hpp"
#include "storage/decide_operation.hpp"

namespace coterie {
namespace {

OperationDecision decide_operation(const OperationScope& scope) {
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

Rejected reused(const Mutation& mutation) {
  Rejected rejected;
  rejected.mutation_id = mutation.id;
  rejected.code = RejectedCode::mutation_reused;
  rejected.message = "This mutation id was used for another change; send a changed attempt under a new id.";
  return rejected;
}

// The answer to a mutation that was committed before, over whatever connection. Law 4.
std::optional<MutationOutcome> repeat_of(const Mutation& mutation, const DecideContext& context,
                                         Draft& draft) {
  Result<std::optional<StoredAnswer>> stored = draft.answer(context.author.user, mutation.id);
  if (!stored) return MutationOutcome{stored.error()};
  if (!*stored) return std::nullopt;
  if ((*stored)->content == mutation.content) return MutationOutcome{Repeated{std::move((*stored)->body)}};
  return MutationOutcome{reused(mutation)};
}

}  // namespace

void throw_exception_from_error(const Refusal&, const boost::source_location&) {
  throw std::logic_error("the result of an operation was taken from its refusal");
}

Decision decide(const Mutation& mutation, const DecideContext& context, Draft& draft) {
  Decision decision;
  if (auto repeat = repeat_of(mutation, context, draft)) {
    decision.outcome = std::move(*repeat);
    return decision;
  }

  static const TypeTable kNone;
  const TypeTable& types = context.types != nullptr ? *context.types : kNone;
  Committed committed;
  committed.mutation_id = mutation.id;
  committed.results.reserve(mutation.operations.size());
  for (std::size_t i = 0; i < mutation.operations.size(); ++i) {
    const Operation& op = mutation.operations[i];
    const OperationScope scope{
        mutation, i, op, context, types.of(op.entity_type), draft, decision.overwritten};
    OperationDecision operation = decide_operation(scope);
    if (!operation) {
      draft.drop();
      decision.overwritten.clear();
      decision.outcome = outcome_of(std::move(operation).error());
      return decision;
    }
    committed.results.push_back(std::move(*operation));
  }

  // One that changed nothing rests on the commits so far; its answer is kept all the same.
  committed.seq = draft.layer_changes() ? draft.next_seq() : draft.last();
  std::string body = encode_body(committed);
  draft.put_answer(
      StoredAnswer{context.author.user, mutation.id, mutation.content, body, committed.seq, context.now});
  draft.keep();
  decision.outcome = CommittedAnswer{committed.seq, std::move(body)};
  return decision;
}

}  // namespace coterie
