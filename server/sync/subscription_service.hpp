// Joining, paging, leaving and coming back: hello with its subscriptions, subscribe, unsubscribe, and the
// reading of the log for those who are behind. A join's snapshot is read by the sequencer between two groups,
// so that it and the live stream meet without a gap. Thread: loop. Laws 3, 6, 8.
#pragma once

#include "protocol/messages.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/hub.hpp"
#include "server/sync/query_service.hpp"
#include "server/sync/session_registry.hpp"
#include "storage/reader_pool.hpp"
#include "storage/sequencer.hpp"

namespace coterie {

class SubscriptionService {
 public:
  SubscriptionService(Sequencer& sequencer, ReaderPool& readers, Hub& hub, RequesterTable& requesters,
                      Post post, WireLimits limits, Epoch epoch, Metrics& metrics, Log& log);

  // Answers a hello whose token was accepted: welcome, then missed events or snapshots.
  void welcome(Subscriber& subscriber, RequestId id, Hello hello, const OpenedSession& session,
               const UserName& user, std::optional<std::chrono::milliseconds> token_expires_in);
  void subscribe(Subscriber& subscriber, RequestId id, Subscribe request);
  void unsubscribe(Subscriber& subscriber, RequestId id, Unsubscribe request);
  void snapshot_taken(SnapshotTaken snapshot);
  // For the hub: a stretch of the log, read by the pool, given to Hub::log_read on the loop.
  void read_log(std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms);

 private:
  Sequencer& sequencer_;
  ReaderPool& readers_;
  Hub& hub_;
  RequesterTable& requesters_;
  Post post_;
  WireLimits limits_;
  Epoch epoch_;
  Metrics& metrics_;
  Log& log_;
};

}  // namespace coterie
