// What every connection is served with. Made by the application; outlives the listener.
// Thread: loop.
#pragma once

#include <chrono>
#include <functional>

#include "protocol/types.hpp"
#include "protocol/wire_limits.hpp"
#include "server/net/net_limits.hpp"

namespace coterie {

class Authenticator;
class Dispatcher;
class HttpHandler;
class LiveSessions;
class Hub;
class LimitHits;
class Log;
class Metrics;
class RequesterTable;
class SessionRegistry;
class SubscriptionService;
class TlsContext;
class UserQuotas;

struct ServerContext {
  HttpHandler& http;
  Authenticator& authenticator;
  SessionRegistry& sessions;
  LiveSessions& live;
  SubscriptionService& subscriptions;
  Dispatcher& dispatcher;
  RequesterTable& requesters;
  Hub& hub;
  Metrics& metrics;
  Log& log;
  UserQuotas& quotas;
  LimitHits& limit_hits;
  WireLimits wire;
  NetLimits net;
  // Steady time, injected so that a test can let a minute pass.
  std::function<std::chrono::steady_clock::time_point()> now = [] {
    return std::chrono::steady_clock::now();
  };
  const TlsContext* tls = nullptr;        // null: connections are plain
  std::function<Timestamp()> wall = [] {  // shown, never counted with
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  };
};

}  // namespace coterie
