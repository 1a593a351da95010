// Joining, paging, leaving and coming back: hello with its subscriptions, subscribe, unsubscribe. What they
// are to be sent of a room as it stands is the snapshot service's. Thread: loop. Laws 3, 6, 8.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "protocol/messages.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/hub.hpp"
#include "server/sync/log_reader.hpp"
#include "server/sync/query_service.hpp"
#include "server/sync/resume_rule.hpp"
#include "server/sync/rights.hpp"
#include "server/sync/session_registry.hpp"
#include "server/sync/snapshot_service.hpp"
#include "storage/reader_pool.hpp"
#include "storage/sequencer.hpp"

namespace coterie {

struct RoomState;

class SubscriptionService {
 public:
  // Registers itself with the hub: when_free, when_more, when_missed; and with its filters: when_unused.
  SubscriptionService(Sequencer& sequencer, ReaderPool& readers, Hub& hub, RequesterTable& requesters,
                      RoomState& state, Post post, WireLimits limits, Epoch epoch, Metrics& metrics,
                      Log& log);

  // Answers a hello whose token was accepted: welcome, then missed events or snapshots. Once for each
  // subscriber, before anything else that it is sent.
  void welcome(Subscriber& subscriber, RequestId id, Hello hello, const OpenedSession& session,
               const UserName& user, std::optional<std::chrono::milliseconds> token_expires_in);
  void subscribe(Subscriber& subscriber, RequestId id, Subscribe request);
  void unsubscribe(Subscriber& subscriber, RequestId id, Unsubscribe request);
  void snapshot_taken(SnapshotTaken snapshot) { snapshots_.taken(std::move(snapshot)); }
  void published() { snapshots_.published(); }  // the hub has got further
  // From now on what each session is shown of its rooms is what these rights let it see.
  void heed(Rights& rights);
  // Rooms of which this session may see something else than before are shown anew, or ended.
  void rights_changed(Subscriber& subscriber);
  // For the hub: a stretch of the log, read by the pool, given to Hub::log_read on the loop.
  void read_log(std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms, std::vector<Watch> watches);

  Seq head() const { return hub_.head(); }
  const Epoch& epoch() const { return epoch_; }
  // Called for each session, right after its welcome: what it is to be told before anything else.
  void when_welcomed(std::function<void(Subscriber&)> welcomed) { welcomed_ = std::move(welcomed); }

 private:
  std::optional<Error> objection(Subscriber& subscriber, const Subscribe& request) const;
  Result<WantedSnapshot> wanted_of(const Subscribe& request) const;
  std::shared_ptr<const TypeAccess> access_of(const Subscriber& subscriber, const EntityType& type) const;
  void keep_page(Subscription& subscription, const WantedSnapshot& wanted);
  // Where the stream goes on of those that are recovered: furthest behind.
  struct Resumed {
    std::optional<Seq> least;
    bool filtered = false;  // some of them by a filter: the ring may not tell of it yet
    bool resynced = false;
  };
  Resumed resume(Subscriber& subscriber, Hello& hello, Welcome& welcome);
  std::optional<Error> take_up(Subscriber& subscriber, const Hello& hello, Subscribe& request,
                               const ResumeRange& window, SubscriptionState& state, Resumed& resumed);
  Seq resume_floor() const;

  Rights* rights_ = nullptr;  // null: everyone may everything
  Hub& hub_;
  RoomState& state_;
  WireLimits limits_;
  Epoch epoch_;
  Metrics& metrics_;
  LogReader log_reader_;
  SnapshotService snapshots_;
  std::function<void(Subscriber&)> welcomed_;
};

}  // namespace coterie
