// The writer: one thread, one bounded queue, one transaction for all that waits (group commit). An edit that finds it
// idle commits at once; what arrives meanwhile is the next group. Snapshots for joining rooms are read between two
// groups, so that they join the live stream without a gap and without a lock.
// Thread: submit and stop from any thread; the rest on its own; `deliver` is called there once for each group, after
// the group is durable. Laws 2, 3, 4, 6.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

#include "protocol/mutation.hpp"
#include "storage/decide.hpp"
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

struct Decided {
  Ticket ticket;
  MutationOutcome outcome;
};
struct SnapshotTaken {
  Ticket ticket;
  SubscriptionId subscription;
  Result<Page> page;
};

// What one group did, handed over whole. First `decided` and `events` (all durable), then `snapshots`, read after them.
struct GroupOutcome {
  std::vector<Decided> decided;
  std::vector<DataSyncEvent> events;  // in commit order
  std::vector<Overwritten> overwritten;
  std::vector<SnapshotTaken> snapshots;
  Position position;  // after the group
  std::chrono::steady_clock::time_point committed_at;
  std::chrono::microseconds commit_time{0};  // of the whole transaction
  std::chrono::microseconds oldest_wait{0};  // of the item that waited longest in the queue
};

struct SequencerOptions {
  std::size_t queue_items = 10'000;
  std::size_t group_edits = 1000;
  std::size_t group_bytes = 1024 * 1024;
  std::chrono::microseconds least_interval{1000};  // between the starts of two groups
  std::size_t head_cache_bytes = 64 * 1024 * 1024;
  std::size_t entity_bytes = 48 * 1024;
  std::size_t transaction_bytes = 1024 * 1024;
  std::chrono::milliseconds answers_age{7LL * 24 * 3600 * 1000};
  std::uint64_t answers_count = 10'000'000;
  NumberFormats numbers;
  std::function<Timestamp()> now;        // the wall clock
  std::function<EntityId()> make_id;     // UUIDv7
};

class Sequencer {
 public:
  using Deliver = std::function<void(GroupOutcome)>;

  // The store must outlive the sequencer. Starts its thread.
  Sequencer(Store& store, SequencerOptions options, Deliver deliver);
  ~Sequencer();  // stop()
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;

  // False: the queue is full (`overloaded`) or it has stopped; nothing was taken.
  bool submit(Submission submission);
  bool submit(SnapshotRequest request);
  std::size_t waiting() const;

  void stop();  // decides what is queued, then ends the thread; idempotent

 private:
  using Item = std::variant<Submission, SnapshotRequest>;
  struct Queued {
    Item item;
    std::chrono::steady_clock::time_point since;
  };
  bool push(Item item);
  void run();
  GroupOutcome run_group(std::vector<Queued> items);

  Store& store_;
  SequencerOptions options_;
  Deliver deliver_;

  // sequencer thread only
  HeadCache cache_;
  Position position_;

  // shared, under mutex_
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Queued> queue_;
  bool stopping_ = false;

  std::thread thread_;  // last: everything else exists before it runs
};

}  // namespace coterie
