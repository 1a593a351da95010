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
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "protocol/mutation.hpp"
#include "storage/chores.hpp"
#include "storage/decide.hpp"
#include "storage/reader_desk.hpp"
#include "storage/store.hpp"

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

struct SnapshotRequest {
  Ticket ticket;
  SubscriptionId subscription;
  ListQuery query;
};

struct ReaderSubmission {
  Ticket ticket;
  ReaderRequest request;
};

struct Decided {
  Ticket ticket;
  MutationOutcome outcome;
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

// What one group did, handed over whole. First `decided` and `events` (all durable), then `snapshots`, read
// after them.
struct GroupOutcome {
  std::vector<Decided> decided;
  std::vector<DataSyncEvent> events;  // in commit order
  std::vector<Overwritten> overwritten;
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
  NumberFormats numbers;
  ChoreOptions chores;
  std::function<Timestamp()> now;     // the wall clock
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

  // False: the queue is full (`overloaded`) or it has stopped; nothing was taken.
  bool submit(Submission submission);
  bool submit(SnapshotRequest request);
  bool submit(ReaderSubmission request);
  std::size_t waiting() const;

  // Takes effect between two groups. The last one counts.
  void configure(ChoreSettings settings);

  // Decides what is queued, then ends the thread; idempotent. Not from within `deliver`.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  using Item = std::variant<Submission, SnapshotRequest, ReaderSubmission>;
  struct Queued {
    Item item;
    Clock::time_point since;
  };
  template <class T>
  bool push(T item);
  void run();
  bool wait_for_work();                            // false: stopped, and nothing is left
  void sleep(std::unique_lock<std::mutex>& lock);  // until something arrives; meanwhile does the chores
  void keep_interval();                            // sleeps until the next group may begin
  GroupOutcome run_group();                        // decides, commits, reads snapshots
  void decide_group(Draft& draft, GroupOutcome& outcome);
  void commit_group(Draft& draft, GroupOutcome& outcome);
  // Whether the batch is there after all. Absent: stopped before the store could tell.
  std::optional<bool> settle_unknown(const Batch& batch, Seq last);
  void take_snapshots(GroupOutcome& outcome);
  void trim_answers();
  void take_settings();

  Store& store_;
  SequencerOptions options_;
  Deliver deliver_;

  // sequencer thread only
  HeadCache cache_;
  Chores chores_;
  Position position_;
  std::vector<Queued> taken_;              // from the queue, decided group by group
  std::size_t next_ = 0;                   // the first of taken_ that is not decided yet
  std::deque<SnapshotRequest> snapshots_;  // to be read after the next commits
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
