// The parts of a running server in the order in which they stand on each other; destroyed from the last to
// the first. Thread: made before the loop runs; afterwards each part keeps to its own thread.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "server/application.hpp"
#include "server/net/http_requests.hpp"
#include "server/net/listener.hpp"
#include "server/net/live_sessions.hpp"
#include "server/net/loop.hpp"
#include "server/net/router.hpp"
#include "server/net/routes.hpp"
#include "server/net/routes_admin.hpp"
#include "server/net/routes_auth.hpp"
#include "server/net/server_context.hpp"
#include "server/net/static_site.hpp"
#include "server/net/tls_context.hpp"
#include "server/net/user_quotas.hpp"
#include "server/ops/limit_hits.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/dispatcher.hpp"
#include "server/sync/hub.hpp"
#include "server/sync/inbox_service.hpp"
#include "server/sync/mutation_service.hpp"
#include "server/sync/query_service.hpp"
#include "server/sync/reader_service.hpp"
#include "server/sync/requester.hpp"
#include "server/sync/rights.hpp"
#include "server/sync/room_state.hpp"
#include "server/sync/session_registry.hpp"
#include "server/sync/subscription_service.hpp"
#include "storage/reader_pool.hpp"
#include "storage/sequencer.hpp"
#include "storage/store.hpp"

namespace coterie {

struct SqliteOptions;
Timestamp wall_clock();
SqliteOptions sqlite_options(const ApplicationOptions& options);

struct Application::Parts {
  // Takes the certificate, if there is one, and an open store at its position. Throws where the port cannot
  // be had.
  Parts(const ApplicationOptions& options, TlsContext tls, std::unique_ptr<Store> store, Position position,
        AccountsOpened accounts);
  ~Parts();

  // What happens a few times a second. Loop thread.
  void sweep();
  void take_roles(const UserId& user, const Roles& roles);
  void follow_accounts();  // whoever is no longer allowed in is put out
  std::string not_ready() const;

  const ApplicationOptions& options;
  TlsContext tls;
  Log log;
  Metrics metrics;
  LimitHits limit_hits;
  Loop loop;
  std::unique_ptr<Store> store;  // the sequencer's, once that runs
  Accounts accounts;
  RequesterTable requesters;
  Rights rights;
  SessionRegistry sessions;
  LiveSessions live;
  Sequencer sequencer;
  ReaderPool readers;
  Hub hub;
  RoomState room_state;
  MutationService mutations;
  QueryService queries;
  ReaderService named_readers;
  SubscriptionService subscriptions;
  InboxService inbox;
  Dispatcher dispatcher;
  HttpRequests http_requests;
  ApiParts api;
  EventParts events;
  AuthParts auth;
  AdminParts admin;
  StatusParts status;
  UserQuotas quotas;
  Router router;
  StaticSite site;
  ServerContext context;
  std::optional<Listener> listener;
  std::thread loop_thread;

  // Loop thread.
  std::chrono::steady_clock::time_point last_progress;  // of the sequencer
  bool stalled = false;
  bool quiet_level = true;  // false: SIGUSR1 has turned debug on

  // Any thread.
  std::atomic<bool> stopping{false};
  std::atomic<int> asked_to_stop{0};
};

}  // namespace coterie
