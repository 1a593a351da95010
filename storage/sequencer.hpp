// The writer: one thread, one bounded queue, one transaction for all that waits (group commit). An edit that
// finds it idle commits at once; what arrives meanwhile is the next group. Snapshots for joining rooms are
// read between two groups, so that they join the live stream without a gap and without a lock. Thread: submit
// and stop from any thread; the rest on its own; `deliver` is called there once for each group, after the
// group is durable. Laws 2, 3, 4, 6.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_set>
#include <variant>
#include <vector>

#include "protocol/mutation.hpp"
#include "storage/chores.hpp"
#include "storage/decide.hpp"
#include "storage/decide_inbox.hpp"
#include "storage/fence_source.hpp"
#include "storage/lock_table.hpp"
#include "storage/reader_desk.hpp"
#include "storage/store.hpp"
#include "storage/watched_events.hpp"

namespace coterie {

// Where an answer goes: a requester's number (given by the server, never reused) and its request.
struct Ticket {
  std::uint64_t requester = 0;
  RequestId request;
};

struct Submission {
  Ticket ticket;
  Author author;
  Mutation mutation;
};

// lock or unlock, on behalf of a session: decided in order with the mutations.
struct LockSubmission {
  Ticket ticket;
  Author author;
  std::variant<Lock, Unlock> request;
};

// A session is over: its locks are free. Always taken, be the queue full: there is one for each session.
struct SessionEnded {
  SessionId session;
};

// A user's roles are others from now on: of what it has locked, it keeps what it may still lock. Always
// taken, like SessionEnded.
struct RolesChanged {
  UserId user;
  Roles roles;
};

// A stored conflict to be decided. Its answer is that of a mutation.
struct ConflictSubmission {
  Ticket ticket;
  Author author;
  DecideConflict decision;
};

// A write that changes no record.
struct InboxSubmission {
  Ticket ticket;
  Author author;
  InboxChange change;
};

struct SnapshotRequest {
  Ticket ticket;
  SubscriptionId subscription;
  ListQuery query;
  std::optional<Watch> watch = {};  // from this moment on its filter is watched
  bool entities = true;             // false: the moment alone
};

// What is configured, replaced as a whole between two groups: no mutation is judged by half of the old and
// half of the new. Where the store cannot adopt it everything stays as it was.
struct Reconfiguration {
  std::shared_ptr<const TypeTable> types;  // null: types and numbers stay as they are
  NumberFormats numbers;
  std::function<void(Result<std::vector<RuleChange>>)>
      done;  // on the sequencer's thread, before the next group
  // Absent: they stay as they are. Null: everyone may everything.
  std::optional<std::shared_ptr<const AccessRules>> access = {};
};

struct ReaderSubmission {
  Ticket ticket;
  ReaderRequest request;
};

struct Decided {
  Ticket ticket;
  MutationOutcome outcome;
};
struct LockDecided {
  Ticket ticket;
  LockOutcome outcome;
};
struct InboxDone {
  Ticket ticket;
  UserId user;  // who asked
  InboxOutcome outcome;
};
struct SnapshotTaken {
  Ticket ticket;
  SubscriptionId subscription;
  Result<Page> page;
};

struct ReaderDecided {
  Ticket ticket;
  Result<NamedReader> reader;
};

// What one group did, handed over whole. First `decided`, `events` and the inbox (all durable), then
// `snapshots`, read after them.
struct GroupOutcome {
  std::vector<Decided> decided;
  std::vector<DataSyncEvent> events;  // in commit order
  std::vector<WatchedEvent> watched;  // those of them that concern a watched filter
  std::vector<LockDecided> locks;
  std::vector<LockChange> lock_changes;  // in order; each says which commit it follows
  // Of each lock change the guarded watches that let its record through; empty: nothing is guarded.
  std::vector<std::vector<WatchId>> lock_watched;
  std::vector<InboxDone> inbox_done;
  InboxChanges inbox;                           // who is to be told what
  std::optional<std::uint64_t> open_conflicts;  // where that has changed
  std::vector<SnapshotTaken> snapshots;
  std::vector<ReaderDecided> readers;  // durable like `decided`
  Position position;                   // after the group
  std::chrono::steady_clock::time_point committed_at;
  std::chrono::microseconds commit_time{0};  // of the whole transaction
  std::chrono::microseconds oldest_wait{0};  // of the item that waited longest in the queue
};

struct SequencerOptions {
  std::size_t queue_items = 10'000;
  std::size_t group_edits = 1000;
  std::size_t group_bytes = 1024 * 1024;
  std::size_t snapshot_bytes = 1024 * 1024;        // read after one group; what is left waits for the next
  std::chrono::microseconds least_interval{1000};  // between the starts of two groups
  std::chrono::milliseconds trim_interval{1000};   // between two bounded steps of forgetting old answers
  std::size_t head_cache_bytes = 64 * 1024 * 1024;
  std::size_t entity_bytes = 48 * 1024;
  std::size_t transaction_bytes = 1024 * 1024;
  std::chrono::milliseconds answers_age{7LL * 24 * 3600 * 1000};
  std::uint64_t answers_count = 10'000'000;
  std::size_t locks = 64;  // of one session
  InboxLimits inbox;
  NumberFormats numbers;
  std::shared_ptr<const TypeTable> types;     // that the store has adopted; null: every type has the defaults
  std::shared_ptr<const AccessRules> access;  // null: everyone may everything
  ChoreOptions chores;
  std::function<Timestamp()> now;  // the wall clock
  // Steady time, for the leases of locks.
  std::function<LockTable::Time()> steady = [] { return std::chrono::steady_clock::now(); };
  std::function<EntityId()> make_id;  // UUIDv7
};

class Sequencer {
 public:
  using Deliver = std::function<void(GroupOutcome)>;

  // The store must outlive the sequencer. Starts its thread. Throws where the store's position cannot be
  // read.
  Sequencer(Store& store, SequencerOptions options, Deliver deliver);
  ~Sequencer();  // stop()
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;

  // False: the queue is full (`overloaded`) or it has stopped; nothing was taken. A request for no entities
  // is taken however full it is: it costs little, and there are no more than there are subscriptions.
  bool submit(Submission submission);
  bool submit(ConflictSubmission submission);
  bool submit(InboxSubmission submission);
  bool submit(SnapshotRequest request);
  // Without types it is taken however full the queue is: rights are taken away then too.
  bool submit(Reconfiguration change);
  bool submit(LockSubmission submission);
  // Taken however full the queue is; dropped only where it has stopped, and nobody holds anything any more.
  void submit(SessionEnded ended);
  void submit(RolesChanged changed);
  // Its filter is watched no more. Taken however full the queue is, likewise.
  void forget(WatchId watch);
  bool submit(ReaderSubmission request);
  std::size_t waiting() const;

  // Takes effect between two groups. The last one counts.
  void configure(ChoreSettings settings);

  // Decides what is queued, then ends the thread; idempotent. Not from within `deliver`.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  using Between = std::variant<SnapshotRequest, WatchId>;  // done between two groups; an id: to be forgotten
  using Item = std::variant<Submission, Between, LockSubmission, SessionEnded, ConflictSubmission,
                            InboxSubmission, ReaderSubmission, Reconfiguration, RolesChanged>;
  struct Queued {
    Item item;
    Clock::time_point since;
  };
  bool push(Item item, bool even_if_full = false);
  void run();
  bool wait_for_work();  // false: stopped, and nothing is left
  bool sleep(std::unique_lock<std::mutex>& lock, std::optional<LockTable::Time> lease_ends);
  void keep_interval();                        // sleeps until the next group may begin
  static bool begins_group(const Item& item);  // it is not decided within one
  void reconfigure();                          // what stands next in the queue and begins a group
  void reconfigure(Reconfiguration& change, const LockTable::MayHold& may_hold);
  GroupOutcome run_group();  // decides, commits, reads snapshots
  void decide_group(Draft& draft, GroupOutcome& outcome);
  void decide_item(Item& item, DecideContext& context, Draft& draft, ReaderDesk& desk, GroupOutcome& outcome);
  template <class From, class Request>
  void decide_mutation(From& submission, const Request& request, DecideContext& context, Draft& draft,
                       GroupOutcome& outcome);
  void change_locks(Draft& draft, std::size_t first, const std::vector<Fence>& used);
  bool may_hold(const HeldLock& lock, Draft& draft);  // by the rules, and the record as it stands there
  LockOutcome decide_lock(const LockSubmission& submission, Draft& draft);
  void tell_taken(Timestamp now, Draft& draft);
  void end_group(bool durable, GroupOutcome& outcome);  // of the locks
  void finish_inbox(Draft& draft, GroupOutcome& outcome);
  void commit_group(Draft& draft, GroupOutcome& outcome);
  // Whether the batch is there after all. Absent: stopped before the store could tell.
  std::optional<bool> settle_unknown(const Batch& batch, Seq last);
  void watch_events(const Draft& draft, GroupOutcome& outcome);
  void watch_locks(GroupOutcome& outcome);
  void do_between(GroupOutcome& outcome);
  SnapshotTaken take_snapshot(SnapshotRequest request);
  void trim_answers();
  void take_settings();

  Store& store_;
  SequencerOptions options_;
  Deliver deliver_;

  // sequencer thread only
  HeadCache cache_;
  Chores chores_;
  Position position_;
  LockTable locks_;
  AccessBook access_;
  FenceSource fences_;
  LockTable::Time locks_now_;              // of this group
  std::size_t lock_changes_told_ = 0;      // of this group, to those whose locks were taken
  std::vector<SessionId> sessions_ended_;  // in this group
  std::vector<Queued> taken_;              // from the queue, decided group by group
  std::size_t next_ = 0;                   // the first of taken_ that is not decided yet
  std::deque<Between> between_;            // to be done after the next commits
  FilterWatches watches_;
  std::unordered_set<WatchId> guarded_;  // those of them that hold a reader's rights
  Clock::time_point group_began_;
  Clock::time_point oldest_;  // of the items of this group
  Clock::time_point trimmed_;

  // shared, under mutex_
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable stopped_;
  std::vector<Queued> queue_;
  std::size_t held_ = 0;                   // items that the thread has taken and not finished
  std::optional<ChoreSettings> settings_;  // not taken yet
  bool sleeping_ = false;
  bool stopping_ = false;

  std::mutex stop_mutex_;  // one stop() at a time
  std::thread thread_;     // last: everything else exists before it runs
};

}  // namespace coterie
