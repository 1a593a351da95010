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
      trimmed_(Clock::now()) {
  const Result<Position> position = store_.position();
  if (!position) throw std::runtime_error("the store cannot tell its position: " + position.error().message);
  position_ = *position;
  group_began_ = Clock::now() - options_.least_interval;
  thread_ = std::thread([this] { run(); });
}

Sequencer::~Sequencer() { stop(); }

bool Sequencer::submit(Submission submission) { return push(std::move(submission)); }
bool Sequencer::submit(SnapshotRequest request) { return push(std::move(request)); }
bool Sequencer::submit(ReaderSubmission request) { return push(std::move(request)); }

template <class T>
bool Sequencer::push(T item) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() + held_ >= options_.queue_items) return false;
    queue_.push_back(Queued{Item{std::move(item)}, Clock::now()});
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
bool Sequencer::wait_for_work() {
  std::unique_lock lock(mutex_);
  held_ = taken_.size() - next_ + snapshots_.size();
  if (held_ > 0) return true;
  sleep(lock);
  return !queue_.empty();
}

void Sequencer::sleep(std::unique_lock<std::mutex>& lock) {
  const auto arrived = [this] { return stopping_ || !queue_.empty(); };
  const auto called = [&] { return arrived() || settings_.has_value(); };
  while (!arrived()) {
    const Clock::time_point due = chores_.due();
    sleeping_ = true;
    if (due == Clock::time_point::max()) {
      arrived_.wait(lock, called);
    } else {
      arrived_.wait_until(lock, due, called);
    }
    sleeping_ = false;
    if (arrived()) return;
    lock.unlock();
    take_settings();
    chores_.run();
    lock.lock();
  }
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

GroupOutcome Sequencer::run_group() {
  if (next_ == taken_.size()) {
    taken_.clear();
    next_ = 0;
    const std::lock_guard lock(mutex_);
    taken_.swap(queue_);
    held_ = taken_.size() + snapshots_.size();
  }
  oldest_ = next_ < taken_.size() ? taken_[next_].since : group_began_;

  GroupOutcome outcome;
  Draft draft(store_, cache_, position_.seq);
  store_.begin();
  decide_group(draft, outcome);
  outcome.oldest_wait = std::chrono::duration_cast<std::chrono::microseconds>(group_began_ - oldest_);
  if (draft.batch().empty()) {
    store_.release();
    outcome.committed_at = Clock::now();
  } else {
    commit_group(draft, outcome);
  }
  take_snapshots(outcome);
  outcome.position = position_;
  return outcome;
}

// In the order of submission, until the group is full. Snapshots are put aside until it is durable.
void Sequencer::decide_group(Draft& draft, GroupOutcome& outcome) {
  DecideContext context;
  context.now = options_.now();
  context.epoch = position_.epoch;
  context.numbers = &options_.numbers;
  context.make_id = std::ref(options_.make_id);  // not copied: it may count
  context.entity_bytes = options_.entity_bytes;
  context.transaction_bytes = options_.transaction_bytes;

  const std::size_t expected = std::min(taken_.size() - next_, options_.group_edits);
  outcome.decided.reserve(expected);
  draft.expect(expected);
  ReaderDesk desk(store_, context.now);
  for (; next_ < taken_.size(); ++next_) {
    if (outcome.decided.size() + outcome.readers.size() >= options_.group_edits ||
        draft.group_bytes() >= options_.group_bytes)
      break;
    Item& item = taken_[next_].item;
    if (auto* request = std::get_if<SnapshotRequest>(&item)) {
      snapshots_.push_back(std::move(*request));
      continue;
    }
    if (auto* asked = std::get_if<ReaderSubmission>(&item)) {
      Result<NamedReader> reader =
          desk.decide(asked->request, Position{position_.epoch, draft.last()}, draft.readers());
      outcome.readers.push_back({asked->ticket, std::move(reader)});
      continue;
    }
    Submission& submission = std::get<Submission>(item);
    context.author = std::move(submission.author);
    Decision decision = decide(submission.mutation, context, draft);
    outcome.decided.push_back(Decided{submission.ticket, std::move(decision.outcome)});
    std::move(decision.overwritten.begin(), decision.overwritten.end(),
              std::back_inserter(outcome.overwritten));
  }
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
    outcome.events = draft.committed();
    return;
  }
  // No answer of this group stands, refusals included: they may rest on what was not committed.
  cache_.clear();
  outcome.overwritten.clear();
  for (Decided& decided : outcome.decided) decided.outcome = unavailable(durable ? kNotStored : kUnknown);
  for (ReaderDecided& decided : outcome.readers)
    decided.reader = unavailable(durable ? kNotStored : kUnknown);
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
  if (batch.answers.empty()) return std::nullopt;  // named readers alone: they ask again
  const StoredAnswer& newest = batch.answers.back();
  const Result<std::optional<StoredAnswer>> answer = store_.answer(newest.user, newest.id);
  if (!answer) return std::nullopt;
  return answer->has_value();
}

void Sequencer::take_snapshots(GroupOutcome& outcome) {
  for (std::size_t bytes = 0; !snapshots_.empty() && bytes < options_.snapshot_bytes;) {
    SnapshotRequest request = std::move(snapshots_.front());
    snapshots_.pop_front();
    Result<Page> page = store_.list(request.query);
    bytes += kSnapshotBytes;
    if (page) {
      for (const Entity& entity : page->entities) bytes += entity.data.size();
    }
    outcome.snapshots.push_back(SnapshotTaken{request.ticket, request.subscription, std::move(page)});
  }
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
