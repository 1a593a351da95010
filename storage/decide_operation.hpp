// The parts of decide: one function for each kind of operation, and what they share. Nobody else includes
// this. An operation reads the draft, and puts its change into the mutation's layer as its very last step.
// Thread: sequencer. Laws 1, 5.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/merge.hpp"
#include "storage/decide.hpp"
#include "storage/draft.hpp"
#include "storage/field_edits.hpp"
#include "storage/unique_key.hpp"

namespace coterie {

// Why an operation ended its mutation.
struct Refusal {
  std::variant<Conflict, Rejected, Error> why;
};
template <class T>
using Judged = boost::system::result<T, Refusal>;
[[noreturn]] void throw_exception_from_error(const Refusal& refusal, const boost::source_location& where);

// One operation being decided.
struct OperationScope {
  const Mutation& mutation;
  std::size_t index;
  const Operation& op;
  const DecideContext& context;
  const TypeRules& rules;    // of its type
  const TypeAccess* access;  // of its author; null: may everything
  Draft& draft;
  std::vector<Overwritten>& overwritten;
  std::vector<Fence>& used_locks;
};
using OperationDecision = Judged<OperationResult>;

OperationDecision decide_create(const OperationScope& scope);
OperationDecision decide_update(const OperationScope& scope);
OperationDecision decide_remove(const OperationScope& scope);
OperationDecision decide_restore(const OperationScope& scope);

// ---- refusals ----
Refusal reject(const OperationScope& scope, RejectedCode code, std::string message, std::string field = {});
Refusal invalid(const OperationScope& scope, FieldFault fault);
Refusal guard_failed(const OperationScope& scope, const Head& head);
inline Refusal failed(Error error) { return Refusal{std::move(error)}; }

// ---- the entity that an operation is about ----
// By its id: the head as it stands, deleted or not. Refused: not_found where it never was, and where it is
// deleted and no base version asks for more than that, or its author may not see it; invalid where this
// mutation has touched it already.
Judged<const Head*> find_target(const OperationScope& scope);
std::optional<Refusal> check_guard(const OperationScope& scope, const Head& head);
// Refused where another holds what the operation changes (all of the record, unless it is an update), and
// where a lock that it relies on is held no more.
std::optional<Refusal> check_locks(const OperationScope& scope, const EntityKey& key);
Entity entity_of(const Head& head);

// ---- the change itself ----
// The event of this change. `head` is the state after; its version is the event's.
DataSyncEvent event_for(const OperationScope& scope, const Head& head, EventOperation operation, Cause cause,
                        EventTexts texts);
// Steps the head's version, and its times: a create begins them anew.
void step(const OperationScope& scope, Head& head, EventOperation operation);
// Depth, members and bytes of the document; gives back about how long its text is.
Judged<std::size_t> check_size(const OperationScope& scope, const Head& head);
// Puts the change into the layer and makes the result. Refused where the new state breaks a rule of the type,
// or the whole mutation has grown too big. `held`: the unique values of the state before.
OperationDecision put_change(const OperationScope& scope, Head head, DataSyncEvent event,
                             OperationResult result, const UniqueTexts& held);

// ---- the rules of the type ----
// A strategy that is named must be one that the type allows, stale or not.
std::optional<Refusal> check_strategy(const OperationScope& scope);
// Of the head as it stands before the change; deleted: of none. Costs nothing where nothing must be unique.
UniqueTexts unique_values(const OperationScope& scope, const Head& head);
// The state after: refused for what the schema finds wrong with it and did not with the state before.
std::optional<Refusal> check_schema(const OperationScope& scope, Head& head);
// Takes the unique values of the state after, and lets go of those that it does not hold any more.
std::optional<Refusal> pass_unique_values(const OperationScope& scope, const Head& head,
                                          const UniqueTexts& held);

// ---- numbers ----
// Draws the op's numbers into the document, where their fields are empty.
std::optional<Refusal> fill_numbers(const OperationScope& scope, Head& head, OperationResult& result);
// The numbers that a re-created or restored record was given before: put back where its new content leaves
// them out.
std::optional<Refusal> put_back_numbers(const OperationScope& scope, Head& head);
// Every number it was given stands in its field, whatever led here.
std::optional<Refusal> check_numbers(const OperationScope& scope, const Head& head);

}  // namespace coterie
