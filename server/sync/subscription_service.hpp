// Joining, paging, leaving and coming back: hello with its subscriptions, subscribe, unsubscribe. A join's
// snapshot is read by the sequencer between two groups, so that it and the live stream meet without a gap.
// Snapshots are asked for a few at a time, when the subscriber is live and its sink has room, so that
// nobody's outbox fills with them. Thread: loop. Laws 3, 6, 8.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "protocol/messages.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/hub.hpp"
#include "server/sync/log_reader.hpp"
#include "server/sync/query_service.hpp"
#include "server/sync/session_registry.hpp"
#include "storage/reader_pool.hpp"
#include "storage/sequencer.hpp"

namespace coterie {

class SubscriptionService {
 public:
  // Registers itself with the hub: when_free, when_more.
  SubscriptionService(Sequencer& sequencer, ReaderPool& readers, Hub& hub, RequesterTable& requesters,
                      Post post, WireLimits limits, Epoch epoch, Metrics& metrics, Log& log);

  // Answers a hello whose token was accepted: welcome, then missed events or snapshots. Once for each
  // subscriber, before anything else that it is sent.
  void welcome(Subscriber& subscriber, RequestId id, Hello hello, const OpenedSession& session,
               const UserName& user, std::optional<std::chrono::milliseconds> token_expires_in);
  void subscribe(Subscriber& subscriber, RequestId id, Subscribe request);
  void unsubscribe(Subscriber& subscriber, RequestId id, Unsubscribe request);
  void snapshot_taken(SnapshotTaken snapshot);
  // For the hub: a stretch of the log, read by the pool, given to Hub::log_read on the loop.
  void read_log(std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms);

  Seq head() const { return hub_.head(); }
  // Called for each session, right after its welcome: what it is to be told before anything else.
  void when_welcomed(std::function<void(Subscriber&)> welcomed) { welcomed_ = std::move(welcomed); }

 private:
  // A snapshot on its way from the sequencer.
  struct Asked {
    std::uint64_t requester = 0;
    WantedSnapshot wanted;
  };
  std::optional<Error> objection(Subscriber& subscriber, const Subscribe& request) const;
  Result<WantedSnapshot> wanted_of(const Subscribe& request) const;
  std::optional<Seq> resume(Subscriber& subscriber, Hello& hello, Welcome& welcome);
  Seq resume_floor() const;
  void ask_some(Subscriber& subscriber);
  void ask_for_next();
  void ask(Subscriber& subscriber, WantedSnapshot wanted);
  void deal_with(Subscriber& subscriber, const WantedSnapshot& wanted, Result<Page> page);
  void hand_over(Subscriber& subscriber, const WantedSnapshot& wanted, Page page);
  void fail(Subscriber& subscriber, const WantedSnapshot& wanted, const Error& error);
  bool still_wanted(Subscriber& subscriber, const WantedSnapshot& wanted) const;

  Sequencer& sequencer_;
  Hub& hub_;
  RequesterTable& requesters_;
  WireLimits limits_;
  Epoch epoch_;
  Metrics& metrics_;
  Log& log_;
  LogReader log_reader_;
  std::function<void(Subscriber&)> welcomed_;
  std::unordered_map<std::uint64_t, Asked> asked_;  // by the number of our ticket
  std::uint64_t last_ticket_ = 0;
  std::deque<std::uint64_t> line_;  // requesters that wait until fewer snapshots are asked for
  std::unordered_set<std::uint64_t> in_line_;
};

}  // namespace coterie
