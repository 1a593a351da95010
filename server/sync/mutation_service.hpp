// The way of an edit into the sequencer, and of a group's outcome back: answers to the authors first, then
// events (and changes of locks among them) to the rooms, notices to those who were overwritten, snapshots to
// those who joined. Thread: loop. Laws 2, 5, 8.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/hub.hpp"
#include "server/sync/requester.hpp"
#include "storage/sequencer.hpp"

namespace coterie {

struct RoomState;
class SubscriptionService;

class MutationService {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  // `now` serves the figures alone: how long after its commit a group was delivered.
  MutationService(Sequencer& sequencer, Hub& hub, RequesterTable& requesters, RoomState& state,
                  Metrics& metrics, Log& log, Now now = std::chrono::steady_clock::now);

  void mutate(Requester& requester, RequestId id, Mutation mutation);
  // From the sequencer, posted to the loop whole. Snapshots go to the subscription service.
  void group_done(GroupOutcome outcome, SubscriptionService& subscriptions);

 private:
  void answer(Decided decided);
  void note(const Requester* requester, const MutationOutcome& outcome);
  void notify(const std::vector<Overwritten>& overwritten, const std::vector<DataSyncEvent>& events);
  void turned(const TurnReport& report);

  Sequencer& sequencer_;
  Hub& hub_;
  RequesterTable& requesters_;
  RoomState& state_;
  Metrics& metrics_;
  Log& log_;
  Now now_;
};

}  // namespace coterie
