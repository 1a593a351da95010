#include "server/sync/presence_service.hpp"

#include <string>
#include <utility>

#include "protocol/encode.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/rights.hpp"
#include "server/sync/session_connection.hpp"
#include "server/sync/session_registry.hpp"

namespace coterie {

PresenceService::PresenceService(Hub& hub, RequesterTable& requesters, const SessionRegistry& sessions,
                                 Metrics& metrics, PresenceLimits limits, PresenceClock clock)
    : hub_(hub),
      requesters_(requesters),
      sessions_(sessions),
      metrics_(metrics),
      limits_(limits),
      clock_(std::move(clock)),
      table_(limits) {}

// ---- requests ----

PresenceService::Asking PresenceService::find(Requester& requester, RequestId id,
                                              SubscriptionId subscription) {
  Subscriber* subscriber = nullptr;
  if (requester.is_session()) {
    subscriber = static_cast<Subscriber*>(&requester);
  } else {
    const Result<Subscriber*> connection = session_connection(requesters_, requester.author());
    if (!connection) {
      requester.answer(id, connection.error());
      return {};
    }
    subscriber = *connection;
  }
  const auto& subscriptions = subscriber->subscriptions();
  const auto found = subscriptions.find(subscription);
  if (found == subscriptions.end()) {
    requester.answer(
        id, refusal(ErrorCode::not_found, "There is no subscription of this number; subscribe first.",
                    "subscription"));
    return {};
  }
  return {subscriber, found->second.room};
}

bool PresenceService::may(const Asking& asking, Requester& requester, RequestId id, bool signal) {
  if (rights_ == nullptr) return true;
  const auto access = rights_->of(requester.author(), asking.room.type);
  const AccessAction action = signal ? AccessAction::signal : AccessAction::presence;
  if (!access || !access->to(action).is_none()) return true;
  requester.answer(id, refusal(ErrorCode::forbidden, signal ? "You may not send signals to this room."
                                                            : "You may not show that you are in this room."));
  return false;
}

void PresenceService::rights_changed(const Subscriber& subscriber) {
  if (rights_ == nullptr) return;
  for (const auto& [number, subscription] : subscriber.subscriptions()) {
    const auto access = rights_->of(subscriber.author(), subscription.room.type);
    if (access && access->to(AccessAction::presence).is_none())
      table_.leave(subscription.room, subscriber.author().session, {subscriber.number(), number});
  }
}

std::vector<std::string> PresenceService::words_about(const EntityKey& key) const {
  PresencePush push{key.type, key.id, list(RoomKey{key.type, key.id}), {}, {}};
  if (push.joins.empty()) return {};
  return {encode(push)};
}

void PresenceService::set(Requester& requester, RequestId id, Presence request) {
  const Asking asking = find(requester, id, request.subscription);
  if (asking.subscriber == nullptr || (request.state && !may(asking, requester, id, false))) return;
  const PresenceTable::Seat seat{asking.subscriber->number(), request.subscription};
  if (!table_.set(asking.room, asking.subscriber->author(), seat, std::move(request.state), clock_.steady(),
                  clock_.wall())) {
    requester.answer(id, refusal(ErrorCode::limit,
                                 "A session is present in at most " + std::to_string(limits_.rooms) +
                                     " rooms; leave some.",
                                 "subscription"));
    return;
  }
  requester.answer(id, Ok{});
}

// To the others of that very room; each copy is dropped where the reader has fallen behind.
void PresenceService::signal(Requester& requester, RequestId id, Signal request) {
  const Asking asking = find(requester, id, request.subscription);
  if (asking.subscriber == nullptr || !may(asking, requester, id, true)) return;
  const Author& author = asking.subscriber->author();
  bool is_member = false;  // who does not see a record has nobody there to speak to
  std::vector<Subscriber*> others;
  hub_.each_member(asking.room, [&](Subscriber* member) {
    if (member == asking.subscriber) is_member = true;
    if (member != asking.subscriber) others.push_back(member);
  });
  if (is_member && !others.empty()) {
    const std::string message =
        encode(SignalPush{asking.room.type, asking.room.id, std::move(request.name), std::move(request.data),
                          author.user, author.session, author.client});
    for (Subscriber* member : others) member->notify(message);
  }
  requester.answer(id, Ok{});
}

// ---- coming and going ----

void PresenceService::subscribed(const Subscriber& subscriber, SubscriptionId id) {
  const auto found = subscriber.subscriptions().find(id);
  if (found == subscriber.subscriptions().end()) return;
  table_.take_seat(found->second.room, subscriber.author().session, {subscriber.number(), id});
}

void PresenceService::unsubscribed(const Subscriber& subscriber, SubscriptionId id) {
  const auto& subscriptions = subscriber.subscriptions();
  const auto found = subscriptions.find(id);
  if (found == subscriptions.end()) return;
  table_.leave(found->second.room, subscriber.author().session, {subscriber.number(), id});
}

// Dropped: the session may come back to it. Replaced: its successor has said which rooms it is in.
void PresenceService::connection_gone(const Subscriber& subscriber) {
  const SessionId& session = subscriber.author().session;
  table_.connection_gone(session, subscriber.number(), sessions_.is_attached(session), clock_.steady());
}

void PresenceService::publish() {
  if (!table_.has_news()) return;
  for (const PresencePush& push : table_.publish(clock_.steady())) {
    hub_.tell(RoomKey{push.type, push.id}, encode(push));
  }
  metrics_.presence(table_.size());
}

}  // namespace coterie
