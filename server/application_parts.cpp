#include "server/application_parts.hpp"

#include "server/configuration_text.hpp"
#include "server/ops/random.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/session_connection.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace coterie {

Timestamp wall_clock() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

namespace {

constexpr std::chrono::milliseconds kSweep{250};
constexpr std::chrono::milliseconds kKeepSeen{60'000};
constexpr std::chrono::seconds kStall{5};  // edits wait and none is decided for so long: not ready

SequencerOptions sequencer_options(const ApplicationOptions& options, const RulesService& rules,
                                   Metrics& metrics, Log& log) {
  SequencerOptions sequencer;
  sequencer.entity_bytes = options.limits.entity_bytes;
  sequencer.transaction_bytes = options.limits.transaction_bytes;
  sequencer.answers_age = options.limits.answers_age;
  sequencer.answers_count = options.limits.answers_count;
  sequencer.locks = options.limits.locks;
  sequencer.inbox.conflicts = options.limits.conflicts;
  sequencer.inbox.announcements = options.limits.announcements;
  sequencer.numbers = options.numbers;
  sequencer.types = options.types;
  sequencer.access = rules.rules();
  sequencer.chores.retention = options.retention;
  sequencer.chores.reader_age = options.reader_age;
  sequencer.chores.report = [&metrics, &log](const ChoreReport& report) {
    metrics.search_lag(report.search_lag);
    metrics.purged(report.purged);
    if (report.failed) log.warn("chore_failed", {{"message", std::string_view(report.failed->message)}});
  };
  sequencer.now = wall_clock;
  sequencer.make_id = [] { return EntityId{uuid_v7(wall_clock())}; };
  return sequencer;
}

RoomStateOptions room_state_options(const ApplicationOptions& options) {
  RoomStateOptions state;
  state.presence.grace = options.session_grace;
  state.presence.rooms = options.limits.subscriptions;
  return state;
}

ReaderPoolOptions reader_options(const ApplicationOptions& options) {
  ReaderPoolOptions readers;
  readers.threads = options.readers;
  readers.slow = options.slow_statement;
  return readers;
}

NetLimits net_limits(const ApplicationOptions& options) {
  NetLimits limits = options.net;
  limits.heartbeat = options.limits.heartbeat;
  limits.own_names_only = options.dev;
  return limits;
}

AccountsOptions accounts_options(const ApplicationOptions& options) {
  AccountsOptions accounts = options.accounts;
  accounts.directory = options.data;
  accounts.dev = options.dev;
  return accounts;
}

// One HTTP request of a user: within the rate of all messages, and not beside too many others.
Result<std::shared_ptr<void>> admit(UserQuotas& quotas, LimitHits& hits, const UserId& user) {
  if (const auto wait = quotas.charge(user, std::chrono::steady_clock::now())) {
    hits.note("messages", user);
    return too_many_messages(*wait);
  }
  std::shared_ptr<void> place = quotas.begin_request(user);
  if (place) return place;
  hits.note("requests_per_user", user);
  return refusal_for_now(ErrorCode::rate_limited, "Too many requests of this user are under way.",
                         std::chrono::milliseconds(250));
}

double in_ms(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000; }

}  // namespace

SqliteOptions sqlite_options(const ApplicationOptions& options) {
  SqliteOptions sqlite;
  sqlite.directory = options.data;
  sqlite.resume_age = options.limits.resume_age;
  sqlite.resume_events = options.limits.resume_events;
  sqlite.least_free_bytes = options.least_free_bytes;
  sqlite.search = options.search;
  sqlite.now = wall_clock;
  return sqlite;
}

Application::Parts::Parts(const ApplicationOptions& given, TlsContext certificate,
                          std::unique_ptr<Store> opened, Position position, AccountsOpened accounts_opened)
    : options(given),
      tls(std::move(certificate)),
      log(options.log_level, options.log_format),
      limit_hits(metrics, wall_clock),
      store(std::move(opened)),
      accounts(
          std::move(accounts_opened), accounts_options(options), metrics, log,
          [this](std::function<void()> task) { loop.post(std::move(task)); }, wall_clock),
      rights(requesters),
      sessions(options.session_grace, random_secret),
      sequencer(*store, sequencer_options(options, accounts.rules, metrics, log),
                [this](GroupOutcome outcome) {
                  if (outcome.commit_time > options.slow_statement) {
                    log.warn("slow_commit", {{"edits", static_cast<std::int64_t>(outcome.decided.size())},
                                             {"ms", in_ms(outcome.commit_time)}});
                  }
                  // A function that can be copied holds it by a pointer.
                  auto whole = std::make_shared<GroupOutcome>(std::move(outcome));
                  loop.post([this, whole] {
                    last_progress = std::chrono::steady_clock::now();
                    named_readers.decided(std::move(whole->readers));
                    mutations.group_done(std::move(*whole), subscriptions);
                  });
                }),
      readers(
          [this] { return open_sqlite_reader(sqlite_options(options)); }, reader_options(options),
          [this](std::string_view what, std::chrono::microseconds waited, std::chrono::microseconds took) {
            const bool slow = took > options.slow_statement;
            metrics.read(waited, took, slow);
            if (!slow) return;
            log.warn("slow_statement", {{"what", what}, {"waited_ms", in_ms(waited)}, {"ms", in_ms(took)}});
          }),
      hub(HubOptions{}, position.seq,
          [this](std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms,
                 std::vector<Watch> watches) {
            subscriptions.read_log(subscriber, after, std::move(rooms), std::move(watches));
          }),
      room_state(sequencer, hub, requesters, sessions, metrics, log, room_state_options(options)),
      mutations(sequencer, hub, requesters, room_state, metrics, log),
      queries(
          readers, requesters, [this](std::function<void()> task) { loop.post(std::move(task)); },
          options.limits),
      named_readers(
          sequencer, readers, requesters, [this](std::function<void()> task) { loop.post(std::move(task)); },
          options.limits, wall_clock),
      subscriptions(
          sequencer, readers, hub, requesters, room_state,
          [this](std::function<void()> task) { loop.post(std::move(task)); }, options.limits, position.epoch,
          metrics, log),
      inbox(sequencer, queries, mutations, subscriptions, requesters, metrics, log, wall_clock),
      dispatcher(mutations, queries, subscriptions, room_state, inbox, named_readers),
      http_requests([this](Requester& requester,
                           ClientMessage message) { dispatcher.handle(requester, std::move(message)); },
                    requesters, [this](std::function<void()> task) { loop.post(std::move(task)); }, metrics,
                    [] { return std::chrono::steady_clock::now(); }, options.request_time),
      api{http_requests, options.limits, [] { return MutationId{uuid_v7(wall_clock())}; },
          [this](const Author& author, ClientMessage message) {
            return pass_on(requesters, dispatcher, author, std::move(message));
          }},
      events{accounts.authenticator, sessions, metrics, options.limits},
      auth{accounts.authenticator,
           accounts.directory,
           accounts.sign_ins,
           accounts.users,
           live,
           options.limits,
           wall_clock,
           {},
           options.dev},
      admin{accounts.directory, accounts.desk,    accounts.sign_ins,
            accounts.users,     accounts.rules,   live,
            sessions,           room_state.locks, http_requests,
            options.limits,     wall_clock,       [this] { return configuration_text(options); },
            limit_hits},
      status{metrics, [this] { return not_ready(); }},
      quotas(net_limits(options)),
      router(accounts.authenticator, sessions, metrics, log),
      site(router),
      context{site,           accounts.authenticator,
              sessions,       live,
              subscriptions,  dispatcher,
              requesters,     hub,
              metrics,        log,
              quotas,         limit_hits,
              options.limits, net_limits(options)},
      last_progress(std::chrono::steady_clock::now()) {
  rights.configure(accounts.rules.rules(), options.search);
  room_state.heed(rights);
  queries.heed(rights);
  named_readers.heed(rights);
  subscriptions.heed(rights);
  inbox.heed(rights);
  hub.when_answered([this](const AnsweredRequest& request) {
    const auto took = std::chrono::steady_clock::now() - request.since;
    metrics.request(request.type, std::chrono::duration_cast<std::chrono::microseconds>(took));
    if (request.error) metrics.error(to_text(*request.error));
  });
  dispatcher.when_refreshing([this](const Author& author, const Refresh& request) {
    return live.refresh(accounts.authenticator, author, request, std::chrono::steady_clock::now());
  });
  add_status_routes(router, status);
  add_entity_read_routes(router, api);
  add_entity_write_routes(router, api);
  add_history_routes(router, api);
  add_reader_routes(router, api);
  add_request_route(router, api);
  add_inbox_routes(router, api);
  add_event_routes(router, events);
  add_auth_routes(router, auth);
  add_admin_user_routes(router, admin);
  add_admin_session_routes(router, admin);
  add_admin_state_routes(router, admin);
  add_admin_activity_route(router, admin);
  add_admin_conflict_route(router, api);
  add_admin_limit_route(router, admin);
  add_document_routes(router);
  add_admin_rules_routes(router, admin);
  follow_accounts();
  router.admit_by([this](const UserId& user) { return admit(quotas, limit_hits, user); });
  loop.on_turn_end([this] { hub.flush(); });
  loop.every(kSweep, [this] { sweep(); });
  loop.every(kKeepSeen, [this] { accounts.keep_seen(); });
  loop.every(PresenceLimits{}.slot, [this] { room_state.presence.sweep(); });  // and a turn, for what waits
  if (tls.native() != nullptr) context.tls = &tls;
  listener.emplace(loop, Endpoint{options.host, options.port}, context);
}

Application::Parts::~Parts() = default;

void Application::Parts::follow_accounts() {
  if (accounts.nobody_yet() && options.accounts.issuers.empty() && !options.dev) {
    auth.first_administrator = new_secret();
  }
  accounts.directory.when_ended([this](const SignIn& ended) {
    log.info("sign_in_ended", {{"user", std::string_view(ended.user.value())},
                               {"sign_in", std::string_view(ended.id)},
                               {"why", std::string_view(ended.ended)}});
    sessions.end_all([&](const Author& author) { return author.sign_in == ended.id; }, CloseCode::revoked,
                     std::string(to_text(CloseCode::revoked)));
  });
  accounts.directory.when_changed([this](const UserAccount& account) {
    if (account.disabled) {
      sessions.end_all([&](const Author& author) { return author.user == account.id; }, CloseCode::revoked,
                       std::string(to_text(CloseCode::revoked)));
    }
    sessions.update(account.id, [&](Author& author) {
      author.name = account.profile.name;
      author.colour = account.profile.colour;
      author.initials = account.profile.initials;
    });
    take_roles(account.id, account.roles);
  });
  const auto note = [this](const Author& author, const TakenOut& taken) {
    accounts.desk.note({ActivityKind::exported,
                        author.user,
                        taken.subject,
                        taken.detail,
                        {author.address, {}},
                        wall_clock()});
  };
  queries.when_taken_out(note);
  named_readers.when_taken_out(note);
  accounts.rules.put_in_force_by([this](const RulesService::Rules& rules, std::function<void()> done) {
    Reconfiguration change;
    change.access = rules;
    change.done = [this, rules, done = std::move(done)](const Result<std::vector<RuleChange>>&) {
      // Before the first group that is decided by the new rules comes to the loop.
      loop.post([this, rules, done] {
        rights.replace(rules);
        done();
      });
    };
    return sequencer.submit(std::move(change));
  });
  live.when_roles([this](const UserId& user, const Roles& roles) { take_roles(user, roles); });
}

// Open rooms first, by comparing with the roles before.
void Application::Parts::take_roles(const UserId& user, const Roles& roles) {
  rights.roles_changed(user, roles);
  sessions.update(user, [&](Author& author) { author.roles = roles; });
}

void Application::Parts::sweep() {
  const auto now = std::chrono::steady_clock::now();
  sessions.expire(now);
  accounts.sweep();
  http_requests.expire();
  if (sequencer.waiting() == 0) last_progress = now;
  const bool stalls = now - last_progress > kStall;
  if (stalls != stalled) {
    stalled = stalls;
    log.error(stalls ? "writer_stalled" : "writer_goes_on",
              {{"waiting", static_cast<std::int64_t>(sequencer.waiting())}});
  }
}

std::string Application::Parts::not_ready() const {
  if (stopping.load()) return "The server is stopping.";
  if (stalled) return "Edits wait and none has been written for some seconds; the disk may be stuck.";
  return {};
}

}  // namespace coterie
