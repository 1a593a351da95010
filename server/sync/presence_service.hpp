// Who is here and what they are about, and words to those who are here. Joined into one message for each room
// and turn of the loop, stored nowhere. Thread: loop. Laws 6, 8.
#pragma once

#include <functional>
#include <vector>

#include "protocol/messages.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/hub.hpp"
#include "server/sync/presence_table.hpp"
#include "server/sync/requester.hpp"

namespace coterie {

class Rights;
class SessionRegistry;

struct PresenceClock {
  std::function<PresenceTable::Time()> steady;
  std::function<Timestamp()> wall;  // shown as `since`
};

class PresenceService {
 public:
  PresenceService(Hub& hub, RequesterTable& requesters, const SessionRegistry& sessions, Metrics& metrics,
                  PresenceLimits limits, PresenceClock clock);

  // From a session, or on behalf of one that is connected.
  void set(Requester& requester, RequestId id, Presence request);
  void signal(Requester& requester, RequestId id, Signal request);

  void heed(Rights& rights) { rights_ = &rights; }
  // It leaves the rooms in which it may not be shown any more.
  void rights_changed(const Subscriber& subscriber);
  // The push that tells who is at a record to who has not heard of them; empty: nobody.
  std::vector<std::string> words_about(const EntityKey& key) const;

  void subscribed(const Subscriber& subscriber, SubscriptionId id);
  void unsubscribed(const Subscriber& subscriber, SubscriptionId id);  // it is about to be removed
  void connection_gone(const Subscriber& subscriber);
  void session_ended(const SessionId& session) { table_.end_session(session); }
  void sweep() { table_.sweep(clock_.steady()); }
  void publish();  // at the end of each turn

  // As the members of this room know it.
  std::vector<Present> list(const RoomKey& room) const { return table_.list(room); }

 private:
  // The connection of the session that asks, and its room; null: answered with the reason.
  struct Asking {
    Subscriber* subscriber = nullptr;
    RoomKey room;
  };
  Asking find(Requester& requester, RequestId id, SubscriptionId subscription);

  // Answers with the reason where it may not, by its roles.
  bool may(const Asking& asking, Requester& requester, RequestId id, bool signal);

  Rights* rights_ = nullptr;  // null: everyone may everything
  Hub& hub_;
  RequesterTable& requesters_;
  const SessionRegistry& sessions_;
  Metrics& metrics_;
  PresenceLimits limits_;
  PresenceClock clock_;
  PresenceTable table_;
};

}  // namespace coterie
