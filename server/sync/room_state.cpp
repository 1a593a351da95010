#include "server/sync/room_state.hpp"

#include "server/sync/session_registry.hpp"

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
  hub.when_forgotten([this](Subscriber& subscriber) { presence.connection_gone(subscriber); });
}

}  // namespace coterie
