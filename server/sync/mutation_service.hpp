// The way of an edit into the sequencer, and of a group's outcome back: answers to the authors first, then
// events (and changes of locks among them) to the rooms, then whoever else is to hear of the group, snapshots
// to those who joined. Thread: loop. Laws 2, 5, 8.
#pragma once

#include <chrono>
#include <functional>
#include <utility>

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
  // Called for each group, after its events were published and before its snapshots are handed over.
  void when_done(std::function<void(GroupOutcome&)> done) { done_ = std::move(done); }

 private:
  void answer(Decided decided);
  void note(const Requester* requester, const MutationOutcome& outcome);
  void turned(const TurnReport& report);

  Sequencer& sequencer_;
  Hub& hub_;
  RequesterTable& requesters_;
  RoomState& state_;
  Metrics& metrics_;
  Log& log_;
  Now now_;
  std::function<void(GroupOutcome&)> done_;
};

}  // namespace coterie
