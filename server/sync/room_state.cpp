#include "server/sync/room_state.hpp"

#include "server/sync/session_registry.hpp"
#include "server/sync/subscriber.hpp"

namespace coterie {

RoomState::RoomState(Sequencer& sequencer, Hub& hub, RequesterTable& requesters, SessionRegistry& sessions,
                     Metrics& metrics, Log& log, const RoomStateOptions& options)
    : locks(sequencer, requesters, metrics, log, options.now),
      presence(hub, requesters, sessions, metrics, options.presence, {options.now, options.wall}) {
  sessions.when_ended([this](const SessionId& session) {
    locks.session_ended(session);
    presence.session_ended(session);
  });
  hub.when_flushing([this] { presence.publish(); });
  hub.when_entered([this](const EntityKey& key, bool present) {
    std::vector<std::string> words = locks.words_about(key);
    if (present) {
      for (std::string& word : presence.words_about(key)) words.push_back(std::move(word));
    }
    return words;
  });
  hub.when_forgotten([this](Subscriber& subscriber) { presence.connection_gone(subscriber); });
}

void RoomState::heed(Rights& rights) {
  locks.heed(rights);
  presence.heed(rights);
}

void RoomState::leave(Subscriber& subscriber, SubscriptionId id) {
  const auto& subscriptions = subscriber.subscriptions();
  const auto found = subscriptions.find(id);
  if (found == subscriptions.end()) return;
  for (const auto& [other, subscription] : subscriptions) {
    if (other != id && subscription.room == found->second.room) presence.subscribed(subscriber, other);
  }
  presence.unsubscribed(subscriber, id);
  subscriber.remove(id);
}

}  // namespace coterie
