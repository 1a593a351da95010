// The way of an edit into the sequencer, and of a group's outcome back: answers to the authors first, then
// events to the rooms, notices to those who were overwritten, snapshots to those who joined. Thread: loop.
// Laws 2, 5, 8.
#pragma once

#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/hub.hpp"
#include "server/sync/requester.hpp"
#include "storage/sequencer.hpp"

namespace coterie {

class SubscriptionService;

class MutationService {
 public:
  MutationService(Sequencer& sequencer, Hub& hub, RequesterTable& requesters, Metrics& metrics, Log& log);

  void mutate(Requester& requester, RequestId id, Mutation mutation);
  // From the sequencer, posted to the loop whole. Snapshots go to the subscription service.
  void group_done(GroupOutcome outcome, SubscriptionService& subscriptions);

 private:
  Sequencer& sequencer_;
  Hub& hub_;
  RequesterTable& requesters_;
  Metrics& metrics_;
  Log& log_;
};

}  // namespace coterie
