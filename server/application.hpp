// The server as a whole: the one place that sees every part. Builds them bottom-up (store, sequencer and
// readers, hub and services, loop and listener) and stops them top-down, so that nobody is told less than was
// kept. Thread: construct, start() and stop() from one thread; everything else runs on its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/field_path.hpp"
#include "protocol/wire_limits.hpp"
#include "server/accounts/accounts.hpp"
#include "server/net/net_limits.hpp"
#include "server/net/tls_context.hpp"
#include "server/ops/log.hpp"
#include "storage/chores.hpp"
#include "storage/number_format.hpp"
#include "storage/retention.hpp"
#include "storage/type_rules.hpp"

namespace coterie {

// What SIGHUP puts in force anew: checked as a whole by whoever read it.
struct Configured {
  std::shared_ptr<const TypeTable> types;
  NumberFormats numbers;
  ChoreSettings chores;
  AccountsOptions accounts{};  // the rules of access among them
};

struct ApplicationOptions {
  std::filesystem::path data = "coterie-data";
  std::string host = "127.0.0.1";
  std::uint16_t port = 8787;  // 0: the kernel picks one
  bool dev = false;           // tokens dev:NAME, no caps by address and user; loopback only
  bool keeps_caps = false;    // those caps hold under `dev` too
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::logfmt;
  TlsFiles tls;               // both empty: plain
  std::filesystem::path app;  // the folder of the application served at `/`; empty: none
  WireLimits limits;
  AccountsOptions accounts;  // its directory and `dev` are those above
  NetLimits net;
  std::uint64_t least_free_bytes = 64ULL * 1024 * 1024;  // of the disk; below it nothing is written
  std::size_t readers = 2;
  NumberFormats numbers;
  std::shared_ptr<const TypeTable> types = std::make_shared<TypeTable>();
  std::map<EntityType, std::vector<FieldPath>> search;  // the fields that full-text search finds by
  std::map<EntityType, Retention> retention;            // of types whose versions are not kept for ever
  std::chrono::milliseconds reader_age{30LL * 24 * 3600 *
                                       1000};  // a named reader that lags more holds nothing back
  std::function<Result<Configured>()>
      reread;  // for SIGHUP; empty: there is nothing to read anew. Loop thread
  std::chrono::milliseconds slow_statement{100};
  std::chrono::milliseconds session_grace{15'000};  // a session outlives its connection
  std::chrono::milliseconds request_time{10'000};   // a request without an answer by then: unavailable
  std::chrono::milliseconds shutdown{10'000};       // stop() takes no longer
};

class Application {
 public:
  explicit Application(ApplicationOptions options);
  ~Application();  // stop()
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Serving when this returns. Error bad_request: the options contradict each other; unavailable: the folder
  // or the port cannot be had, with the cause. Called once.
  Result<void> start();
  std::uint16_t port() const;  // the one listened on

  // The one-time token by which the first administrator is made; empty: there are users, or others who vouch
  // for them.
  const std::string& first_administrator() const;

  // SIGTERM and SIGINT ask to stop, SIGHUP reloads, SIGUSR1 turns the level debug on and off. For a program
  // of its own, not for tests.
  void heed_signals();
  // Reads the certificate, types and sequences anew and puts them in force between two groups, or says in the
  // log why not and changes nothing. No connection notices. Any thread.
  void reload();
  void wait();         // until somebody asks to stop
  void ask_to_stop();  // any thread

  // Says goodbye to everyone, writes what is queued, closes the store. Takes at most `options.shutdown`;
  // idempotent.
  void stop();

 private:
  struct Parts;
  // Types are in force, and rules where there are any.
  void reconfigured(const Configured& configured, const std::optional<RulesService::Rules>& rules);
  ApplicationOptions options_;
  std::unique_ptr<Parts> parts_;
};

// What `dev` makes of the requests in flight of a session; the caps of addresses and users are 0.
inline constexpr std::size_t kInFlightOfDev = 10'000;

// What stands against starting with these options; empty: nothing.
std::string objection(const ApplicationOptions& options);

// Whether an address can be reached from this machine alone: 127.0.0.0/8, ::1, localhost.
bool is_loopback(std::string_view host);

}  // namespace coterie
