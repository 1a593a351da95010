#include "storage/sequencer.hpp"

#include <pthread.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "storage/draft.hpp"

namespace coterie {
namespace {

using std::chrono::milliseconds;

// What reading a snapshot costs however small it is, in the bytes that bound a group's snapshots.
constexpr std::size_t kSnapshotBytes = 4096;

std::chrono::microseconds since(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - then);
}

Error unavailable(const char* message) {
  Error error;
  error.code = ErrorCode::unavailable;
  error.message = message;
  error.retry = true;
  return error;
}

constexpr const char* kNotStored =
    "The change could not be stored; nothing of it was kept. Try again in a moment.";
constexpr const char* kUnknown = "It is not known whether the change was stored. Send it again to learn it.";

}  // namespace

Sequencer::Sequencer(Store& store, SequencerOptions options, Deliver deliver)
    : store_(store),
      options_(std::move(options)),
      deliver_(std::move(deliver)),
      cache_(options_.head_cache_bytes),
      chores_(store, options_.chores, options_.now),
      locks_(options_.locks),
      access_(options_.access),
      fences_(0),
      trimmed_(Clock::now()) {
  const Result<Position> position = store_.position();
  if (!position) throw std::runtime_error("the store cannot tell its position: " + position.error().message);
  position_ = *position;
  const Result<std::uint64_t> fence = store_.sequence(FenceSource::counter());
  if (!fence) throw std::runtime_error("the store cannot tell the last fence: " + fence.error().message);
  fences_ = FenceSource(*fence);
  group_began_ = Clock::now() - options_.least_interval;
  thread_ = std::thread([this] { run(); });
}

Sequencer::~Sequencer() { stop(); }

bool Sequencer::submit(Submission submission) { return push(std::move(submission)); }
bool Sequencer::submit(ConflictSubmission submission) { return push(std::move(submission)); }
bool Sequencer::submit(InboxSubmission submission) { return push(std::move(submission)); }
bool Sequencer::submit(Reconfiguration change) {
  const bool rules_alone = change.types == nullptr;
  return push(std::move(change), rules_alone);
}
bool Sequencer::submit(SnapshotRequest request) {
  const bool to_watch_only = !request.entities;
  return push(Between{std::move(request)}, to_watch_only);
}
bool Sequencer::submit(LockSubmission submission) { return push(std::move(submission)); }
void Sequencer::submit(SessionEnded ended) { push(std::move(ended), true); }
void Sequencer::submit(RolesChanged changed) { push(std::move(changed), true); }
void Sequencer::forget(WatchId watch) { push(Between{watch}, true); }
bool Sequencer::submit(ReaderSubmission request) { return push(std::move(request)); }

bool Sequencer::push(Item item, bool even_if_full) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    const bool full = queue_.size() + held_ >= options_.queue_items;
    if (stopping_ || (full && !even_if_full)) return false;
    queue_.push_back(Queued{std::move(item), Clock::now()});
    wake = std::exchange(sleeping_, false);
  }
  if (wake) arrived_.notify_one();
  return true;
}

void Sequencer::configure(ChoreSettings settings) {
  {
    const std::lock_guard lock(mutex_);
    settings_ = std::move(settings);
  }
  arrived_.notify_one();
}

std::size_t Sequencer::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size() + held_;
}

void Sequencer::stop() {
  const std::lock_guard once(stop_mutex_);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Sequencer::run() {
  pthread_setname_np(pthread_self(), "sequencer");
  while (wait_for_work()) {
    keep_interval();
    group_began_ = Clock::now();
    deliver_(run_group());
    trim_answers();
    take_settings();
    chores_.grown();
    chores_.run();
  }
}

// Takes the whole queue at once: one lock for a group, and submitters never wait while items are moved.
// Where nothing comes, the end of the next lease is work too.
bool Sequencer::wait_for_work() {
  const std::optional<LockTable::Time> lease_ends = locks_.next_end();
  std::unique_lock lock(mutex_);
  held_ = taken_.size() - next_ + between_.size();
  if (held_ > 0) return true;
  if (sleep(lock, lease_ends)) return true;
  return !queue_.empty();
}

// Until something arrives, doing the chores meanwhile. True: the lease of a lock has ended.
bool Sequencer::sleep(std::unique_lock<std::mutex>& lock, std::optional<LockTable::Time> lease_ends) {
  const auto arrived = [this] { return stopping_ || !queue_.empty(); };
  const auto called = [&] { return arrived() || settings_.has_value(); };
  Clock::time_point end = Clock::time_point::max();
  if (lease_ends) end = Clock::now() + (*lease_ends - options_.steady());
  while (!arrived()) {
    const Clock::time_point due = std::min(chores_.due(), end);
    sleeping_ = true;
    if (due == Clock::time_point::max()) {
      arrived_.wait(lock, called);
    } else {
      arrived_.wait_until(lock, due, called);
    }
    sleeping_ = false;
    if (arrived()) return false;
    if (Clock::now() >= end) return true;
    lock.unlock();
    take_settings();
    chores_.run();
    lock.lock();
  }
  return false;
}

void Sequencer::take_settings() {
  std::optional<ChoreSettings> settings;
  {
    const std::lock_guard lock(mutex_);
    settings.swap(settings_);
  }
  if (settings) chores_.configure(std::move(*settings));
}

void Sequencer::keep_interval() {
  const Clock::time_point next = group_began_ + options_.least_interval;
  if (next > Clock::now()) {
    std::unique_lock lock(mutex_);
    stopped_.wait_until(lock, next, [this] { return stopping_; });
  }
}

bool Sequencer::begins_group(const Item& item) {
  return std::holds_alternative<Reconfiguration>(item) || std::holds_alternative<RolesChanged>(item);
}

void Sequencer::reconfigure() {
  locks_.at(position_.seq);
  for (; next_ < taken_.size() && begins_group(taken_[next_].item); ++next_) {
    Draft now(store_, cache_, position_.seq);
    const auto held = [&](const HeldLock& lock) { return may_hold(lock, now); };
    if (auto* const change = std::get_if<Reconfiguration>(&taken_[next_].item)) reconfigure(*change, held);
    if (auto* const changed = std::get_if<RolesChanged>(&taken_[next_].item))
      locks_.review(changed->user, changed->roles, held);
  }
}

void Sequencer::reconfigure(Reconfiguration& change, const LockTable::MayHold& may_hold) {
  Result<std::vector<RuleChange>> adopted = std::vector<RuleChange>();
  if (change.types) adopted = store_.adopt(*change.types);
  if (adopted && change.types) {
    options_.types = std::move(change.types);
    options_.numbers = std::move(change.numbers);
  }
  if (adopted && change.access) {
    access_.replace(std::move(*change.access));
    locks_.review(may_hold);
  }
  change.done(std::move(adopted));
}

GroupOutcome Sequencer::run_group() {
  if (next_ == taken_.size()) {
    taken_.clear();
    next_ = 0;
    const std::lock_guard lock(mutex_);
    taken_.swap(queue_);
    held_ = taken_.size() + between_.size();
  }
  reconfigure();
  oldest_ = next_ < taken_.size() ? taken_[next_].since : group_began_;

  GroupOutcome outcome;
  Draft draft(store_, cache_, position_.seq);
  locks_now_ = options_.steady();
  locks_.expire(locks_now_);
  locks_.begin();
  if (next_ < taken_.size()) store_.begin();
  decide_group(draft, outcome);
  outcome.oldest_wait = std::chrono::duration_cast<std::chrono::microseconds>(group_began_ - oldest_);
  if (draft.batch().empty()) {
    store_.release();
    outcome.committed_at = Clock::now();
    end_group(true, outcome);
  } else {
    commit_group(draft, outcome);
  }
  watch_locks(outcome);
  do_between(outcome);
  outcome.position = position_;
  return outcome;
}

void Sequencer::commit_group(Draft& draft, GroupOutcome& outcome) {
  const Clock::time_point begin = Clock::now();
  const Result<void> committed = store_.commit(draft.batch());
  const bool refused =
      !committed && committed.error().code == ErrorCode::unavailable && committed.error().retry;
  const std::optional<bool> durable = committed || refused ? std::optional<bool>(committed.has_value())
                                                           : settle_unknown(draft.batch(), draft.last());
  outcome.commit_time = since(begin);
  outcome.committed_at = Clock::now();
  if (durable.value_or(false)) {
    position_.seq = draft.last();
    watch_events(draft, outcome);
    outcome.events = draft.committed();
    finish_inbox(draft, outcome);
    end_group(true, outcome);
    return;
  }
  // No answer of this group stands, refusals included: they may rest on what was not committed.
  cache_.clear();
  const Error why = unavailable(durable ? kNotStored : kUnknown);
  for (Decided& decided : outcome.decided) decided.outcome = why;
  for (ReaderDecided& decided : outcome.readers) decided.reader = why;
  for (InboxDone& done : outcome.inbox_done) done.outcome = why;
  end_group(false, outcome);
}

// A commit whose end is unknown is never repeated: the store is opened anew and asked whether the batch is
// there. While it cannot be opened nothing can be promised to anyone, so nothing goes on; submitters meet the
// full queue.
std::optional<bool> Sequencer::settle_unknown(const Batch& batch, Seq last) {
  cache_.clear();
  Result<Seq> found = store_.recover();
  for (milliseconds pause{50}; !found; pause = std::min(pause * 2, milliseconds{1000})) {
    std::unique_lock lock(mutex_);
    if (stopped_.wait_for(lock, pause, [this] { return stopping_; })) return std::nullopt;
    lock.unlock();
    found = store_.recover();
  }
  if (*found < position_.seq) {
    if (const Result<Position> position = store_.position())
      position_ = *position;  // of another epoch by now
    return false;
  }
  if (!batch.events.empty()) return *found == last;
  if (batch.answers.empty()) {  // a mark of the fences alone, a change of the inbox, or named readers
    if (batch.sequences.empty()) return std::nullopt;  // they ask again
    const SequenceValue& drawn = batch.sequences.back();
    const Result<std::uint64_t> there = store_.sequence(drawn.name);
    if (!there) return std::nullopt;
    return *there >= drawn.value;
  }
  const StoredAnswer& newest = batch.answers.back();
  const Result<std::optional<StoredAnswer>> answer = store_.answer(newest.user, newest.id);
  if (!answer) return std::nullopt;
  return answer->has_value();
}

void Sequencer::do_between(GroupOutcome& outcome) {
  for (std::size_t bytes = 0; !between_.empty() && bytes < options_.snapshot_bytes;) {
    Between next = std::move(between_.front());
    between_.pop_front();
    if (const WatchId* watch = std::get_if<WatchId>(&next)) {
      watches_.remove(*watch);
      guarded_.erase(*watch);
      continue;
    }
    SnapshotTaken taken = take_snapshot(std::get<SnapshotRequest>(std::move(next)));
    bytes += kSnapshotBytes;
    if (taken.page) {
      for (const Entity& entity : taken.page->entities) bytes += entity.data.size();
    }
    outcome.snapshots.push_back(std::move(taken));
  }
}

SnapshotTaken Sequencer::take_snapshot(SnapshotRequest request) {
  if (request.watch) watches_.add(*request.watch);
  if (request.watch && request.watch->guarded) guarded_.insert(request.watch->id);
  Result<Page> page = Page{};
  if (request.entities) {
    page = store_.list(request.query);
  } else {
    page->position = position_;
  }
  return SnapshotTaken{request.ticket, request.subscription, std::move(page)};
}

// Only after groups, which alone make the table grow; a step at a time, so that no edit waits for it.
void Sequencer::trim_answers() {
  const Clock::time_point now = Clock::now();
  if (now - trimmed_ < options_.trim_interval) return;
  const Result<bool> more =
      store_.trim_answers(options_.now() - options_.answers_age, options_.answers_count);
  if (!more || !*more) trimmed_ = now;
}

}  // namespace coterie
