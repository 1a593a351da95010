// Deciding a stored conflict: what its author meant, or what is put in its place, as a mutation of whoever
// decides; committed together with the conflict's new state and the word to its author. Of two who decide at
// once the second finds it decided. Laws 4, 5.
#include <utility>

#include "protocol/change.hpp"
#include "storage/conflict_view.hpp"
#include "storage/decide_access.hpp"
#include "storage/decide_steps.hpp"
#include "storage/inbox_draft.hpp"
#include "storage/offer.hpp"
#include "storage/stale.hpp"

namespace coterie {
namespace {

// What the steps have in hand.
struct Deciding {
  const DecideConflict& request;
  const DecideContext& context;
  Draft& draft;
  StoredConflict conflict;
  std::shared_ptr<const TypeAccess> access;  // of the decider to the record's type; null: to everything
  const Head* head = nullptr;  // null: nothing is left of the record. Until the draft is asked for another
};

Error no_such_conflict() {
  Error error;
  error.code = ErrorCode::not_found;
  error.message = "There is no such conflict, or it was decided so long ago that it is forgotten.";
  error.member = "conflictId";
  return error;
}

Rejected rejected(const DecideConflict& request, RejectedCode code, std::string message) {
  Rejected rejected;
  rejected.mutation_id = request.mutation_id;
  rejected.code = code;
  rejected.message = std::move(message);
  return rejected;
}

Rejected decided_before(const Deciding& d) {
  const ConflictDecision& decision = *d.conflict.entry.decision;
  const bool own = decision.by == d.context.author.user;
  std::string message = own ? std::string("You") : decision.by.value();
  message += " decided it " + ago(decision.at, d.context.now) + " (";
  message += to_text(decision.resolution);
  message += "); the record was then at version " + std::to_string(decision.version.value()) + ".";
  return rejected(d.request, RejectedCode::decided, std::move(message));
}

// The conflict once more, against the record that has changed since it was looked at.
MutationOutcome stale_again(const Deciding& d) {
  const EntityKey& key = d.conflict.entry.key;
  Result<std::vector<DataSyncEvent>> since =
      d.draft.events_since(key, d.conflict.entry.base_version, kMaxLookBack);
  if (!since) return since.error();
  Result<Conflict> now =
      conflict_now(d.conflict, RecordNow{d.head, std::move(*since)},
                   Viewer{d.context.author.user, d.context.now, d.access}, rules_of(d.context, key.type));
  if (!now) return now.error();
  const Result<bool> sees_base = sees_version(d.access.get(), d.draft, key, d.conflict.entry.base_version);
  if (!sees_base) return sees_base.error();
  if (!*sees_base) hide_base(*now);
  now->mutation_id = d.request.mutation_id;
  now->conflict_id = d.request.id;
  return std::move(*now);
}

Operation update_of(const Deciding& d, std::vector<FieldValue> set, std::vector<FieldPath> unset) {
  Operation operation;
  operation.kind = OperationKind::update;
  operation.entity_type = d.conflict.entry.key.type;
  operation.set = std::move(set);
  operation.unset = std::move(unset);
  return operation;
}

// The operation that takes the place of the one in conflict; or why it cannot be decided so.
boost::system::result<Operation, MutationOutcome> resolved(const Deciding& d, Operation meant) {
  if (d.request.resolution.kind == ResolutionKind::use_mine) return meant;
  if (d.request.resolution.kind == ResolutionKind::set)
    return update_of(d, d.request.resolution.set, d.request.resolution.unset);
  const Result<Conflict> told = conflict_of(d.conflict);
  if (!told) return MutationOutcome{told.error()};
  const bool there = told->base && d.head != nullptr && !d.head->deleted;
  const Offer offer = there ? make_offer(meant, *told->base, d.head->data,
                                         rules_of(d.context, d.conflict.entry.key.type).clashes)
                            : Offer{};
  if (!offer.mergeable) {
    return MutationOutcome{
        rejected(d.request, RejectedCode::invalid,
                 "Nothing is proposed here; decide by use-mine, by use-theirs or by values of your own.")};
  }
  Change change = difference(d.head->data, offer.merge.merged);
  return update_of(d, std::move(change.set), std::move(change.unset));
}

// The conflict's mutation as the decider sends it: the one operation decided, the others as they came.
boost::system::result<Mutation, MutationOutcome> mutation_for(const Deciding& d, std::size_t& op_index) {
  Result<Mutation> mutation = mutation_of(d.conflict);
  if (!mutation) return MutationOutcome{mutation.error()};
  // What was looked at is of this history; what the other operations rest on is not.
  if (mutation->operations.size() > 1 && d.conflict.epoch != d.context.epoch) {
    return MutationOutcome{rejected(
        d.request, RejectedCode::invalid,
        "The other operations of this mutation rest on another history of this database; dismiss it by "
        "use-theirs and send the change anew.")};
  }
  const Result<Conflict> told = conflict_of(d.conflict);
  if (!told) return MutationOutcome{told.error()};
  op_index = told->op_index;
  Operation& operation = mutation->operations.at(op_index);
  auto decided = resolved(d, std::move(operation));
  if (!decided) return decided.error();
  operation = std::move(*decided);
  operation.entity_id = d.conflict.entry.key.id;
  operation.where.reset();
  operation.sort = Sort();
  operation.base_version = d.request.base_version;
  mutation->id = d.request.mutation_id;
  mutation->content = d.request.content;
  return std::move(*mutation);
}

// Puts the conflict's new state and the word to its author into the layer.
Result<void> close(Deciding& d, Version version) {
  ConflictEntry& entry = d.conflict.entry;
  const ResolutionKind how = d.request.resolution.kind;
  const bool dismissed = how == ResolutionKind::use_theirs;
  entry.state = dismissed ? ConflictState::dismissed : ConflictState::decided;
  entry.decision = ConflictDecision{d.context.author.user, d.context.now, how, version};
  if (entry.user_id != d.context.author.user) {
    Notification notice;
    notice.kind = NotificationKind::conflict_decided;
    notice.key = entry.key;
    notice.version = version;
    notice.user_id = d.context.author.user;
    notice.timestamp = d.context.now;
    notice.details = {{"conflictId", entry.id.value()}, {"resolution", to_text(how)}};
    if (Result<void> done = d.draft.inbox().notify(entry.user_id, std::move(notice)); !done) return done;
  }
  d.draft.inbox().change_conflict(std::move(d.conflict));
  return {};
}

MutationOutcome finish(Deciding& d, Committed committed, Version version,
                       const std::vector<Overwritten>& overwritten) {
  if (Result<void> done = close(d, version); !done) {
    d.draft.drop();
    return done.error();
  }
  committed.mutation_id = d.request.mutation_id;
  committed.conflict_id = d.request.id;
  return keep_committed(std::move(committed), d.request.content, d.context, d.draft, overwritten);
}

MutationOutcome write(Deciding& d, Decision& decision) {
  std::size_t op_index = 0;
  auto mutation = mutation_for(d, op_index);
  if (!mutation) return mutation.error();
  Committed committed;
  if (auto refused = run_operations(*mutation, d.context, d.draft, committed, decision)) {
    if (Conflict* const conflict = std::get_if<Conflict>(&*refused)) conflict->conflict_id = d.request.id;
    return std::move(*refused);
  }
  const Version version = committed.results.at(op_index).version;
  return finish(d, std::move(committed), version, decision.overwritten);
}

bool may_update(const Deciding& d) {
  if (!d.access || d.access->to(AccessAction::update).is_all()) return true;
  return d.head != nullptr && !d.head->deleted &&
         d.access->to(AccessAction::update).admits(d.head->meta, d.head->data);
}

MutationOutcome decide_open(Deciding& d, Decision& decision) {
  const Version current = d.head != nullptr ? d.head->meta.version : Version{};
  const bool looked_at_another = d.request.base_version && *d.request.base_version != current;
  if (d.head != nullptr && looked_at_another) return stale_again(d);
  if (d.request.resolution.kind == ResolutionKind::use_theirs) {
    const bool own = d.conflict.entry.user_id == d.context.author.user;
    if (!own && !may_update(d))
      return rejected(d.request, RejectedCode::forbidden, "You may not decide about this record.");
    return finish(d, Committed{}, current, {});
  }
  return write(d, decision);
}

// Whoever may not see the record may not know of the conflict.
MutationOutcome decide_seen(Deciding& d, Decision& decision) {
  const Result<const Head*> head = d.draft.head(d.conflict.entry.key);
  if (!head) return head.error();
  d.head = *head;
  if (d.access && !d.access->to(AccessAction::read).is_all()) {
    if (d.head == nullptr) return no_such_conflict();
    const Result<bool> seen = sees(d.access.get(), d.draft, *d.head);
    if (!seen) return seen.error();
    if (!*seen) return no_such_conflict();
  }
  const bool open = d.conflict.entry.state == ConflictState::open;
  return open ? decide_open(d, decision) : MutationOutcome{decided_before(d)};
}

}  // namespace

Decision decide(const DecideConflict& request, const DecideContext& context, Draft& draft) {
  Decision decision;
  if (auto repeat = repeat_of(request.mutation_id, request.content, context, draft)) {
    decision.outcome = std::move(*repeat);
    cut_to_rights(decision.outcome, context);
    return decision;
  }
  Result<std::optional<StoredConflict>> found = draft.inbox().conflict(request.id);
  if (!found) {
    decision.outcome = found.error();
  } else if (!*found) {
    decision.outcome = no_such_conflict();
  } else {
    auto access = access_of(context, (*found)->entry.key.type);
    Deciding deciding{request, context, draft, std::move(**found), std::move(access)};
    decision.outcome = decide_seen(deciding, decision);
    cut_to_rights(decision.outcome, context);
  }
  return decision;
}

}  // namespace coterie
