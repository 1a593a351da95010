// What those who join or come back are sent of a room as it stands, brought into the live stream without a
// gap. A room in the order of its ids is read by the sequencer between two groups, at one moment of the
// stream. What may take long (a filter, a sort) is read elsewhere at a moment of its own, once the sequencer
// watches the filter; what was published in between follows it in the same frame.
//
//   wanted ── ask ──▶ by the sequencer ──────────────────────────────▶ handed over
//               └──▶ watched by the sequencer ──▶ read by a reader ──▶ handed over
//                                                  ▲        │ the ring does not reach back to that moment
//                                                  └────────┘
// Asked for a few at a time, when the subscriber is live and its sink has room, so that nobody's outbox fills
// with them. Thread: loop. Laws 3, 6.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/hub.hpp"
#include "server/sync/query_service.hpp"
#include "storage/read_access.hpp"
#include "storage/reader_pool.hpp"
#include "storage/sequencer.hpp"

namespace coterie {

struct RoomState;

class SnapshotService {
 public:
  // What a page in a room that holds rights is read with: the records whose locks are asked about.
  struct Seen {
    Page page;
    std::vector<EntityKey> locked = {};   // those that were judged,
    std::vector<EntityKey> visible = {};  // and those of them that may be seen; both sorted
  };
  // Registers itself with the hub: when_free, when_missed.
  SnapshotService(Sequencer& sequencer, ReaderPool& readers, Hub& hub, RequesterTable& requesters,
                  RoomState& state, Post post, Epoch epoch, Metrics& metrics, Log& log);

  void ask_some(Subscriber& subscriber);  // of what it wants
  // Has the filter of a subscription watched from now on; nothing where it is.
  void watch(const Subscriber& subscriber, const Watch& watch);
  void taken(SnapshotTaken snapshot);  // from the sequencer
  void published();                    // the hub has got further

 private:
  // One on its way, from the sequencer or from a reader.
  struct Asked {
    std::uint64_t requester = 0;
    WantedSnapshot wanted;
    bool to_watch = false;  // the sequencer was asked to watch its filter, not for entities
    int reads = 0;
  };
  // Read at a moment that is not published yet.
  struct Early {
    std::uint64_t ticket = 0;
    Seen seen;
  };
  void want_state(Subscriber& subscriber);
  void want_state_of(Subscriber& subscriber, SubscriptionId id, const Subscription& subscription);
  void ask_for_next();
  void ask(Subscriber& subscriber, WantedSnapshot wanted);
  void ask_sequencer(Asked asked, SnapshotRequest request);
  void ask_reader(std::uint64_t ticket);
  void read(std::uint64_t ticket, Result<Seen> seen);
  void end(std::uint64_t ticket, Result<Seen> seen);
  bool hand_over(Subscriber& subscriber, const WantedSnapshot& wanted, Seen& seen);
  void tell(Subscriber& subscriber, const WantedSnapshot& wanted, Seen seen);
  // The locks and presence of its room, as far as its rights let it know of them.
  void show_state(Subscriber& subscriber, const WantedSnapshot& wanted, const Seen& seen,
                  std::vector<LockShown>& locks, std::vector<Present>& presence);
  void fail(Subscriber& subscriber, const WantedSnapshot& wanted, const Error& error);
  bool is_guarded(const WantedSnapshot& wanted) const;
  bool still_wanted(Subscriber& subscriber, const WantedSnapshot& wanted) const;
  Subscriber* find(std::uint64_t requester) const;

  Sequencer& sequencer_;
  ReaderPool& readers_;
  Hub& hub_;
  RequesterTable& requesters_;
  RoomState& state_;
  Post post_;
  Epoch epoch_;
  Metrics& metrics_;
  Log& log_;
  std::unordered_map<std::uint64_t, Asked> asked_;  // by the number of our ticket
  std::uint64_t last_ticket_ = 0;
  std::vector<Early> early_;
  std::deque<std::uint64_t> line_;  // requesters that wait until fewer snapshots are asked for
  std::unordered_set<std::uint64_t> in_line_;
};

}  // namespace coterie
