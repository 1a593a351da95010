// Conflicts to be decided later, notifications, announcements: questions go to the readers, changes into the
// sequencer like any edit; and once a group is durable, those concerned are told. Announcements that stand
// are held here as well, for those who connect while they do. Thread: loop. Laws 2, 6, 8.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/query_service.hpp"
#include "server/sync/requester.hpp"
#include "storage/read_access.hpp"
#include "storage/sequencer.hpp"

namespace coterie {

class MutationService;
class Rights;
class SubscriptionService;

class InboxService {
 public:
  using Now = std::function<Timestamp()>;  // the wall clock: announcements outlive the process
  // Registers itself: for what each group has done, and for those who are welcomed.
  InboxService(Sequencer& sequencer, QueryService& queries, MutationService& mutations,
               SubscriptionService& subscriptions, RequesterTable& requesters, Metrics& metrics, Log& log,
               Now now);

  // What stood at the start. Before the first group.
  void begin(std::vector<Announcement> announcements, std::uint64_t open_conflicts);
  // By whose rules conflicts are shown from now on; until then every type has the defaults.
  void configure(std::shared_ptr<const TypeTable> types) { types_ = std::move(types); }

  void heed(Rights& rights) { rights_ = &rights; }  // until then everyone may everything

  void handle(Requester& requester, RequestId id, ListConflicts request);
  void handle(Requester& requester, RequestId id, ShowConflict request);
  void handle(Requester& requester, RequestId id, DecideConflict request);
  void handle(Requester& requester, RequestId id, AssignConflict request);
  void handle(Requester& requester, RequestId id, ListNotifications request);
  void handle(Requester& requester, RequestId id, MarkRead request);
  void handle(Requester& requester, RequestId id, Announce request);
  void handle(Requester& requester, RequestId id, Withdraw request);
  void handle(Requester& requester, RequestId id, ListAnnouncements request);

 private:
  void change(Requester& requester, RequestId id, InboxChange change);
  void group_done(GroupOutcome& outcome);
  void answer(InboxDone& done);
  void note(const StoredConflict& conflict);
  void welcome(Requester& session);
  std::vector<ShownAnnouncement> live();

  // Null: it may everything.
  AccessOf restrictions_of(const Requester& requester) const;
  void push(const UserId& user, const Notification& notification);

  Rights* rights_ = nullptr;
  Sequencer& sequencer_;
  QueryService& queries_;
  RequesterTable& requesters_;
  Metrics& metrics_;
  Log& log_;
  Now now_;
  std::shared_ptr<const TypeTable> types_ = std::make_shared<TypeTable>();
  std::vector<Announcement> announcements_;  // as many as may stand at a time, and some that have expired
};

}  // namespace coterie
