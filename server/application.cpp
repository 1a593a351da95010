#include "server/application.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <future>
#include <string_view>

#include "server/application_certificate.hpp"
#include "server/application_limits.hpp"
#include "server/application_parts.hpp"
#include "server/net/forwarded.hpp"
#include "server/net/origin.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace coterie {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kLook{10};              // how often stop() looks whether all have gone
constexpr milliseconds kLeastRetry{500};       // what a goodbye tells: not sooner than this,
constexpr milliseconds kMostRetry{10'000};     // and spread over at most this
constexpr milliseconds kRetryForEach{1};       // a thousand come back in each second
constexpr milliseconds kKeptForTheStore{500};  // of the time for stopping, where there is so much

Error make_error(ErrorCode code, std::string message) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  return error;
}

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

void log_changes(Log& log, const std::vector<RuleChange>& changes) {
  for (const RuleChange& change : changes) {
    const std::string_view kind = change.kind == RuleChange::Kind::unique ? "unique" : "index";
    log.info(change.added ? "rule_added" : "rule_dropped", {{"kind", kind},
                                                            {"type", std::string_view(change.type.value())},
                                                            {"fields", std::string_view(change.fields)}});
  }
}

void refuse_reload(Log& log, std::string_view reason) { log.error("reload_refused", {{"reason", reason}}); }

// Runs a function on the loop's thread and waits for its end, but not for ever. False: it did not come to its
// end.
bool run_on(Loop& loop, milliseconds most, std::function<void()> task) {
  auto done = std::make_shared<std::promise<void>>();
  std::future<void> end = done->get_future();
  loop.post([task = std::move(task), done] {
    task();
    done->set_value();
  });
  return end.wait_for(most) == std::future_status::ready;
}

}  // namespace

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  if (!host.starts_with("127.")) return false;
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string objection(const ApplicationOptions& options) {
  if (options.dev && !is_loopback(options.host)) {
    return "--dev lets anyone in who can reach the server, so it listens on this machine only. "
           "Use --listen 127.0.0.1:" +
           std::to_string(options.port) + ", or leave --dev out.";
  }
  if (options.tls.certificate.empty() != options.tls.key.empty()) {
    return "--tls-cert and --tls-key belong together: give both, or neither.";
  }
  if (const auto proxies = TrustedProxies::parse(options.net.trusted_proxies); !proxies) {
    return "--trusted-proxy: " + proxies.error().message;
  }
  for (const std::string& origin : options.net.allowed_origins) {
    if (!is_origin(origin)) {
      return "--allowed-origin: \"" + origin +
             "\" would match nothing. Write it as browsers do: scheme, host, and the port where it is not "
             "the "
             "scheme's own, in small letters, without a path: https://app.example.";
    }
  }
  return {};
}

Application::Application(ApplicationOptions options) : options_(std::move(options)) {
  if (options_.dev && !options_.keeps_caps) {
    // The rates and the caps for each address and user, never the sizes. The queue of the sequencer still
    // bounds what is in flight.
    options_.limits.in_flight = kInFlightOfDev;
    options_.net.connections_per_address = 0;
    options_.net.connections_per_user = 0;
    options_.net.requests_per_user = 0;
    options_.net.messages_per_s = 0;
  }
  options_.limits.messages_per_s = options_.net.messages_per_s;
  options_.limits.messages_burst = options_.net.messages_burst;
}

Application::~Application() { stop(); }

Result<void> Application::start() {
  if (std::string against = objection(options_); !against.empty()) {
    return make_error(ErrorCode::bad_request, std::move(against));
  }
  TlsContext tls;
  Result<CertificateNote> certificate = CertificateNote{};
  if (!options_.tls.certificate.empty()) certificate = tls.load(options_.tls);
  if (!certificate) return certificate.error();
  Result<SiteFiles> site = options_.app.empty() ? Result<SiteFiles>(SiteFiles{}) : read_site(options_.app);
  if (!site) return site.error();
  Result<std::unique_ptr<Store>> store = open_sqlite_store(sqlite_options(options_));
  if (!store) return std::move(store).error();
  const Result<Position> position = (*store)->position();
  if (!position) return position.error();
  // Before the store is the sequencer's.
  Result<std::vector<Announcement>> announcements = (*store)->inbox().announcements(wall_clock());
  if (!announcements) return announcements.error();
  const Result<std::uint64_t> open_conflicts = (*store)->inbox().open_conflicts();
  if (!open_conflicts) return open_conflicts.error();
  const Result<std::vector<RuleChange>> adopted = (*store)->adopt(*options_.types);
  if (!adopted) return adopted.error();
  AccountsOptions accounts = options_.accounts;
  accounts.directory = options_.data;
  Result<AccountsOpened> opened = AccountsOpened::open(accounts, wall_clock());
  if (!opened) return opened.error();
  try {
    parts_ =
        std::make_unique<Parts>(options_, std::move(tls), std::move(*store), *position, std::move(*opened));
  } catch (const std::exception& thrown) {
    return make_error(ErrorCode::unavailable, thrown.what());
  }
  const std::size_t site_files = site->size();
  parts_->site.show(std::move(*site));
  parts_->inbox.begin(std::move(*announcements), *open_conflicts);
  parts_->inbox.configure(options_.types);
  Log& log = parts_->log;
  log.info("starting", {{"data", std::string_view(options_.data.native())},
                        {"dev", options_.dev},
                        {"epoch", std::string_view(position->epoch.value())},
                        {"seq", number(position->seq.value())}});
  log_limits(log, options_);
  if (site_files > 0) {
    log.info("application",
             {{"folder", std::string_view(options_.app.native())}, {"files", number(site_files)}});
  }
  if (parts_->context.tls) note_certificate(log, parts_->metrics, *certificate);
  log_changes(log, *adopted);
  parts_->accounts.rules.tell();
  parts_->loop_thread = std::thread([this] { parts_->loop.run(); });
  log.info("listening", {{"host", std::string_view(options_.host)},
                         {"port", std::int64_t{port()}},
                         {"tls", parts_->context.tls != nullptr}});
  return {};
}

std::uint16_t Application::port() const { return parts_->listener->port(); }

const std::string& Application::first_administrator() const { return parts_->auth.first_administrator; }

void Application::heed_signals() {
  parts_->loop.post([this] {
    parts_->loop.on_signal({SIGTERM, SIGINT, SIGHUP, SIGUSR1}, [this](int signal) {
      Log& log = parts_->log;
      if (signal == SIGHUP) return reload();
      if (signal == SIGUSR1) {
        const bool more = log.level() != LogLevel::debug;
        log.level(more ? LogLevel::debug : options_.log_level);
        log.warn("log_level", {{"debug", more}});
        return;
      }
      log.info("signal", {{"number", std::int64_t{signal}}});
      // Whoever asks twice does not want to wait. What was acknowledged is on the disk all the same.
      if (parts_->asked_to_stop.load() != 0) std::_Exit(128 + signal);
      ask_to_stop();
    });
  });
}

void Application::reload() {
  parts_->loop.post([this] {
    Log& log = parts_->log;
    if (parts_->context.tls) reload_certificate(parts_->tls, options_.tls, log, parts_->metrics);
    if (!options_.reread) return refuse_reload(log, "there is no configuration");
    Result<Configured> read = options_.reread();
    if (!read) return refuse_reload(log, read.error().message);
    auto configured = std::make_shared<Configured>(std::move(*read));
    const std::optional<RulesService::Rules> rules =
        parts_->accounts.rules.begin_file(configured->accounts.rules);
    Reconfiguration change{configured->types, configured->numbers, {}, rules};
    const auto refuse = [this](std::string_view reason) {
      refuse_reload(parts_->log, reason);
      parts_->accounts.rules.drop_file();
    };
    change.done = [this, refuse, configured, rules,
                   &parts = *parts_](const Result<std::vector<RuleChange>>& adopted) {
      if (!adopted) {
        parts.loop.post([refuse, reason = adopted.error().message] { refuse(reason); });
        return;
      }
      log_changes(parts.log, *adopted);
      // Before the first group that is decided by what is new comes to the loop.
      parts.loop.post([this, configured, rules] { reconfigured(*configured, rules); });
      parts.sequencer.configure(configured->chores);
    };
    if (!parts_->sequencer.submit(std::move(change))) refuse("the queue of edits is full; try again");
  });
}

void Application::reconfigured(const Configured& configured,
                               const std::optional<RulesService::Rules>& rules) {
  options_.types = configured.types;
  options_.accounts = configured.accounts;
  parts_->inbox.configure(configured.types);
  parts_->rights.configure(rules.value_or(parts_->rights.rules()), configured.chores.search);
  parts_->accounts.configure(configured.accounts);
  parts_->accounts.desk.note(
      {ActivityKind::configured, UserId{}, "coterie.toml", "read anew", {}, wall_clock()});
  // Last: what is in force becomes a version, as others write them too.
  RulesService& service = parts_->accounts.rules;
  const auto tell = [this, &service](const RulesChanged& taken) {
    Log& log = parts_->log;
    if (const auto* error = std::get_if<Error>(&taken)) return refuse_reload(log, error->message);
    log.info("reloaded", {{"types", number(options_.types->all().size())},
                          {"access", number(service.rules() ? service.rules()->all().size() : 0)},
                          {"rules_version", number(service.newest().version.value())}});
  };
  service.take_file(configured.accounts.rules, rules.has_value(), wall_clock(), tell);
}

void Application::wait() { parts_->asked_to_stop.wait(0); }

void Application::ask_to_stop() {
  parts_->asked_to_stop.store(1);
  parts_->asked_to_stop.notify_all();
}

void Application::stop() {
  if (!parts_ || parts_->stopping.exchange(true)) return;
  Parts& parts = *parts_;
  const Clock::time_point deadline = Clock::now() + options_.shutdown;
  const auto left = [&] {
    return std::chrono::ceil<milliseconds>(std::max(deadline - Clock::now(), Clock::duration{}));
  };
  parts.log.info("stopping", {{"most_ms", options_.shutdown.count()}});

  // The sessions are told when to come back, spread so that they do not come all at once.
  run_on(parts.loop, left(), [&parts] {
    parts.listener->stop_accepting();
    const milliseconds spread = kRetryForEach * number(parts.listener->connections());
    parts.listener->close_all(CloseCode::shutting_down, "the server is stopping", kLeastRetry,
                              kLeastRetry + std::min(spread + kLeastRetry, kMostRetry));
  });
  const Clock::time_point patience = deadline - std::min(kKeptForTheStore, options_.shutdown / 2);
  bool all_gone = false;
  while (!all_gone && Clock::now() < patience) {
    auto gone = std::make_shared<std::atomic<bool>>(false);
    if (!run_on(parts.loop, left(), [&parts, gone] { *gone = parts.listener->connections() == 0; })) break;
    all_gone = gone->load();
    if (!all_gone) std::this_thread::sleep_for(kLook);
  }

  parts.sequencer.stop();  // decides and writes what is queued
  parts.readers.stop();
  parts.accounts.stop();
  run_on(parts.loop, left(), [] {});  // their answers have been handed over
  parts.loop.stop();
  parts.loop_thread.join();
  parts.listener.reset();
  parts.store.reset();
  parts.log.info("stopped", {{"cut", !all_gone}});
}

}  // namespace coterie
