// What every connection is served with. Made by the application; outlives the listener.
// Thread: loop.
#pragma once

#include <chrono>
#include <functional>

#include "protocol/wire_limits.hpp"
#include "server/net/net_limits.hpp"

namespace coterie {

class Authenticator;
class Dispatcher;
class HttpHandler;
class Hub;
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
  SubscriptionService& subscriptions;
  Dispatcher& dispatcher;
  RequesterTable& requesters;
  Hub& hub;
  Metrics& metrics;
  Log& log;
  UserQuotas& quotas;
  WireLimits wire;
  NetLimits net;
  // Steady time, injected so that a test can let a minute pass.
  std::function<std::chrono::steady_clock::time_point()> now = [] {
    return std::chrono::steady_clock::now();
  };
  const TlsContext* tls = nullptr;  // null: connections are plain
};

}  // namespace coterie
