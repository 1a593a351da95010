// What holds in a room besides its records, in memory alone: who has locked what, and who is there. Both end
// with the session they belong to. Thread: loop.
#pragma once

#include <chrono>
#include <functional>

#include "server/sync/lock_service.hpp"
#include "server/sync/presence_service.hpp"

namespace coterie {

class SessionRegistry;

struct RoomStateOptions {
  PresenceLimits presence;
  std::function<std::chrono::steady_clock::time_point()> now = [] {
    return std::chrono::steady_clock::now();
  };
  std::function<Timestamp()> wall = [] {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  };
};

struct RoomState {
  // Registers itself with the registry (when_ended) and the hub (when_flushing, when_forgotten).
  RoomState(Sequencer& sequencer, Hub& hub, RequesterTable& requesters, SessionRegistry& sessions,
            Metrics& metrics, Log& log, const RoomStateOptions& options = {});

  void heed(Rights& rights);
  // Ends a subscription. Present by it, the session is so by another one to the same room, or no more.
  void leave(Subscriber& subscriber, SubscriptionId id);

  LockService locks;
  PresenceService presence;
};

}  // namespace coterie
