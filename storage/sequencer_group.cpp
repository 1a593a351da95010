// What one group does: its items decided in their order, and what follows from its commit for locks, filters
// and the inbox.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "storage/decide_access.hpp"
#include "storage/draft.hpp"
#include "storage/inbox_draft.hpp"
#include "storage/sequencer.hpp"

namespace coterie {
namespace {

Error lock_not_stored() {
  Error error;
  error.code = ErrorCode::unavailable;
  error.message = "The lock could not be given: the database does not take writes. Try again in a moment.";
  error.retry = true;
  return error;
}

}  // namespace

// In the order of submission, until the group is full. What is done between two groups is put aside.
void Sequencer::decide_group(Draft& draft, GroupOutcome& outcome) {
  DecideContext context;
  context.now = options_.now();
  context.epoch = position_.epoch;
  context.numbers = &options_.numbers;
  context.locks = &locks_;
  context.types = options_.types.get();
  context.access = access_.rules() != nullptr ? &access_ : nullptr;
  context.make_id = std::ref(options_.make_id);  // not copied: it may count
  context.entity_bytes = options_.entity_bytes;
  context.transaction_bytes = options_.transaction_bytes;
  context.inbox = options_.inbox;

  ReaderDesk desk(store_, context.now);
  const std::size_t expected = std::min(taken_.size() - next_, options_.group_edits);
  outcome.decided.reserve(expected);
  draft.expect(expected);
  for (; next_ < taken_.size(); ++next_) {
    const std::size_t count =
        outcome.decided.size() + outcome.locks.size() + outcome.inbox_done.size() + outcome.readers.size();
    if (count >= options_.group_edits || draft.group_bytes() >= options_.group_bytes) break;
    if (begins_group(taken_[next_].item)) break;
    decide_item(taken_[next_].item, context, draft, desk, outcome);
  }
}

void Sequencer::decide_item(Item& item, DecideContext& context, Draft& draft, ReaderDesk& desk,
                            GroupOutcome& outcome) {
  if (auto* submission = std::get_if<Submission>(&item)) {
    decide_mutation(*submission, submission->mutation, context, draft, outcome);
  } else if (auto* between = std::get_if<Between>(&item)) {
    between_.push_back(std::move(*between));
  } else if (auto* lock = std::get_if<LockSubmission>(&item)) {
    outcome.locks.push_back(LockDecided{lock->ticket, decide_lock(*lock, draft)});
    tell_taken(context.now, draft);
  } else if (auto* ended = std::get_if<SessionEnded>(&item)) {
    sessions_ended_.push_back(std::move(ended->session));
    locks_.end_session(sessions_ended_.back());
  } else if (auto* conflict = std::get_if<ConflictSubmission>(&item)) {
    decide_mutation(*conflict, conflict->decision, context, draft, outcome);
  } else if (auto* asked = std::get_if<ReaderSubmission>(&item)) {
    Result<NamedReader> reader =
        desk.decide(asked->request, Position{position_.epoch, draft.last()}, draft.readers());
    outcome.readers.push_back({asked->ticket, std::move(reader)});
  } else if (auto* change = std::get_if<InboxSubmission>(&item)) {
    context.author = std::move(change->author);
    InboxOutcome done = decide(change->change, context, draft);
    outcome.inbox_done.push_back(InboxDone{change->ticket, context.author.user, std::move(done)});
  }
}

template <class From, class Request>
void Sequencer::decide_mutation(From& submission, const Request& request, DecideContext& context,
                                Draft& draft, GroupOutcome& outcome) {
  context.author = std::move(submission.author);
  const std::size_t first_event = draft.batch().events.size();
  Decision decision = decide(request, context, draft);
  locks_.at(draft.last());
  if (!locks_.empty() && std::holds_alternative<CommittedAnswer>(decision.outcome)) {
    change_locks(draft, first_event, decision.used_locks);
  }
  outcome.decided.push_back(Decided{submission.ticket, std::move(decision.outcome)});
}

// What a commit does to locks: it renews those it used, and ends those of what it deleted and of what it took
// out of their holders' rights.
void Sequencer::change_locks(Draft& draft, std::size_t first, const std::vector<Fence>& used) {
  for (const Fence fence : used) locks_.used(fence, locks_now_);
  const std::vector<DataSyncEvent>& events = draft.batch().events;
  for (std::size_t i = first; i < events.size(); ++i) {
    const EntityKey& key = events[i].key;
    if (events[i].operation == EventOperation::remove) {
      locks_.end_record(key);
    } else if (access_.rules() != nullptr) {
      locks_.review(key, [&](const HeldLock& lock) { return may_hold(lock, draft); });
    }
  }
}

// Where the record cannot be read, the lease will end it.
bool Sequencer::may_hold(const HeldLock& lock, Draft& draft) {
  const EntityKey& key = lock.place.key;
  const auto access = access_.of(lock.holder.user, lock.roles, key.type);
  if (access == nullptr) return true;
  const Result<const Head*> head = draft.head(key);
  if (!head || *head == nullptr || (*head)->deleted) return true;
  Lock request;
  request.place = lock.place;
  return !check_lock(access.get(), request, draft, **head);
}

LockOutcome Sequencer::decide_lock(const LockSubmission& submission, Draft& draft) {
  if (const auto* unlock = std::get_if<Unlock>(&submission.request)) {
    return locks_.unlock(*unlock, submission.author);
  }
  const Lock& request = std::get<Lock>(submission.request);
  const Result<const Head*> head = draft.head(request.place.key);
  if (!head) return head.error();
  if (*head == nullptr || (*head)->deleted) {
    Error error;
    error.code = ErrorCode::not_found;
    error.message = "There is no such record to lock.";
    return error;
  }
  const Author& author = submission.author;
  const auto access = access_.of(author.user, author.roles, request.place.key.type);
  if (auto error = check_lock(access.get(), request, draft, **head)) return std::move(*error);
  return locks_.lock(request, submission.author, locks_now_, [&] { return fences_.next(draft); });
}

// Those whose locks somebody has just stolen find it among their notifications, wherever they are.
void Sequencer::tell_taken(Timestamp now, Draft& draft) {
  const std::vector<LockChange>& changes = locks_.changes();
  for (; lock_changes_told_ < changes.size(); ++lock_changes_told_) {
    const LockChange& change = changes[lock_changes_told_];
    if (change.kind != LockChange::Kind::taken || !change.by) continue;
    const UserId& owner = change.lock.holder.user;
    if (owner == change.by->user) continue;
    Notification notice;
    notice.kind = NotificationKind::lock_taken;
    notice.key = change.lock.place.key;
    if (!change.lock.place.field.text().empty()) notice.fields.push_back(change.lock.place.field);
    notice.user_id = change.by->user;
    notice.timestamp = now;
    // Where it cannot be told durably, the push of the lock tells it all the same.
    if (draft.inbox().notify(owner, std::move(notice))) {
      draft.keep();
    } else {
      draft.drop();
    }
  }
}

// What the group did to the locks stands, or is taken back; sessions that ended have ended in either case.
void Sequencer::end_group(bool durable, GroupOutcome& outcome) {
  if (durable) {
    locks_.keep();
    fences_.committed();
  } else {
    locks_.undo();
    const Result<std::uint64_t> stored = store_.sequence(FenceSource::counter());
    fences_.dropped(stored ? *stored : 0);
    for (LockDecided& lock : outcome.locks) lock.outcome = lock_not_stored();
    locks_.at(position_.seq);
    for (const SessionId& session : sessions_ended_) locks_.end_session(session);
  }
  sessions_ended_.clear();
  outcome.lock_changes = locks_.take_changes();
  lock_changes_told_ = 0;
}

// What can only be counted once the group is there.
void Sequencer::finish_inbox(Draft& draft, GroupOutcome& outcome) {
  outcome.inbox = draft.take_inbox();
  for (InboxDone& done : outcome.inbox_done) {
    auto* marked = std::get_if<MarkedRead>(&done.outcome);
    if (marked == nullptr) continue;
    const Result<std::uint64_t> unread = store_.inbox().unread(done.user);
    if (unread) {
      marked->unread = *unread;
    } else {
      done.outcome = unread.error();
    }
  }
  if (outcome.inbox.conflicts.empty()) return;
  if (const Result<std::uint64_t> open = store_.inbox().open_conflicts()) outcome.open_conflicts = *open;
}

// Whose rights let them hear of a lock is judged by the record as the group left it. Of one that is deleted
// nobody hears: they are told its end.
void Sequencer::watch_locks(GroupOutcome& outcome) {
  if (guarded_.empty() || outcome.lock_changes.empty()) return;
  Draft now(store_, cache_, position_.seq);
  outcome.lock_watched.resize(outcome.lock_changes.size());
  for (std::size_t i = 0; i < outcome.lock_changes.size(); ++i) {
    const EntityKey& key = outcome.lock_changes[i].lock.place.key;
    if (!watches_.watches(key.type)) continue;
    const Result<const Head*> head = now.head(key);
    if (!head || *head == nullptr || (*head)->deleted) continue;
    for (const WatchId id : watches_.matching(key.type, Image{&(*head)->meta, &(*head)->data})) {
      if (guarded_.contains(id)) outcome.lock_watched[i].push_back(id);
    }
  }
}

void Sequencer::watch_events(const Draft& draft, GroupOutcome& outcome) {
  if (watches_.empty()) return;
  const Batch& batch = draft.batch();
  Result<std::vector<WatchedEvent>> watched = watched_events(
      watches_, batch.events, draft.before(), [&](const EntityKey& key) { return draft.changed(key); });
  // Its texts were written a moment ago, and the heads are theirs: this cannot fail but by a defect.
  if (!watched) throw std::logic_error("the events of a group cannot be read: " + watched.error().message);
  outcome.watched = std::move(*watched);
}

}  // namespace coterie
