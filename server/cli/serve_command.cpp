#include "server/cli/serve_command.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include "server/cli/commands.hpp"
#include "server/cli/config_reader.hpp"

namespace coterie {
namespace {

constexpr rlim_t kDescriptorsBesides = 128;  // for the database, the log, and those kept in reserve
constexpr std::chrono::seconds kBeyondShutdown{5};

constexpr const char* kServeExamples =
    "Examples:\n"
    "  coterie serve --dev\n"
    "  coterie serve --data /var/lib/coterie --sequence order=ORD-{year}-{number:6}\n\n"
    "When it is ready it prints `listening on http://HOST:PORT` (https:// under TLS); everything else is the "
    "log, on standard "
    "error.\n"
    "SIGTERM stops it in good order; SIGHUP reads the certificate, types and sequences anew; SIGUSR1 turns "
    "the level debug on "
    "and "
    "off.";

int serve_failed(int exit_code, const std::string& message) {
  std::fprintf(stderr, "coterie: %s\n", message.c_str());
  return exit_code;
}

// Every connection is a descriptor; most systems allow far more than they give at first. Returns how many
// connections there is room for.
std::size_t make_room_for(std::size_t connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections;
  const rlim_t wanted = connections + kDescriptorsBesides;
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= wanted) return connections;
  return limit.rlim_cur > 2 * kDescriptorsBesides ? limit.rlim_cur - kDescriptorsBesides : limit.rlim_cur / 2;
}

// A disk that does not answer must not keep the process for ever: what was acknowledged is kept anyway.
void end_by_force_after(std::chrono::milliseconds time) {
  std::thread([time] {
    std::this_thread::sleep_for(time);
    std::fprintf(stderr, "coterie: stopping took too long; ended by force\n");
    std::_Exit(kExitFailed);
  }).detach();
}

std::string url_of(const ApplicationOptions& options, std::uint16_t port) {
  const bool brackets = options.host.find(':') != std::string::npos;
  return (options.tls.certificate.empty() ? "http://" : "https://") +
         (brackets ? '[' + options.host + ']' : options.host) + ':' + std::to_string(port);
}

// The token is good until there is a user, and is told nowhere else.
void tell_how_to_begin(const std::string& url, const std::string& data, const std::string& token) {
  std::fprintf(stderr,
               "coterie: there are no users yet. Make the first administrator by one of these:\n"
               "  coterie user add NAME --role admin --data %s\n"
               "  curl -H 'Content-Type: application/json' %s/api/v1/auth/first-administrator \\\n"
               "    -d '{\"token\": \"%s\", \"username\": \"NAME\", \"password\": \"...\"}'\n"
               "The token works once, until there is a user; a start without users makes a new one.\n",
               data.c_str(), url.c_str(), token.c_str());
}

// The flags of sequences outweigh the file.
Result<TypesConfiguration> configure(const std::filesystem::path& path,
                                     const std::vector<std::string>& sequences) {
  Result<TypesConfiguration> read = read_configuration(path);
  if (!read) return read;
  if (Result<void> done = read_sequences(sequences, read->numbers); !done) return done.error();
  return read;
}

AccountsOptions accounts_of(AuthConfiguration auth, RulesRead rules) {
  for (const std::string& warning : auth.warnings) std::fprintf(stderr, "coterie: %s\n", warning.c_str());
  AccountsOptions accounts;
  accounts.rules = std::move(rules);
  accounts.access = auth.access_token;
  accounts.terms.lives = auth.refresh_token;
  if (auth.idle) accounts.terms.idle = *auth.idle;
  accounts.limits = auth.sign_ins;
  for (const IssuerKeys& keys : auth.issuers) accounts.issuers.push_back(keys.issuer());
  accounts.issuer_keys = std::make_shared<std::vector<IssuerKeys>>(std::move(auth.issuers));
  return accounts;
}

// The file may have come since the start, or have gone.
Result<Configured> reread(const CLI::App& app, const std::vector<std::string>& sequences) {
  const Result<std::filesystem::path> path = config_path(app);
  if (!path) return path.error();
  Result<TypesConfiguration> read = configure(*path, sequences);
  if (!read) return read.error();
  Result<AuthConfiguration> auth = read_auth_configuration(*path);
  if (!auth) return auth.error();
  return Configured{std::move(read->types),
                    std::move(read->numbers),
                    {std::move(read->retention), std::move(read->search)},
                    accounts_of(std::move(*auth), std::move(read->access))};
}

int serve(const CLI::App& app, const ServeFlags& flags) {
  Result<ApplicationOptions> options = read_serve_flags(flags);
  if (!options) return serve_failed(kExitUsage, options.error().message);
  const Result<std::filesystem::path> path = config_path(app);
  if (!path) return serve_failed(kExitUsage, path.error().message);
  Result<TypesConfiguration> configured = configure(*path, flags.sequences);
  if (!configured) return serve_failed(kExitUsage, configured.error().message);
  Result<AuthConfiguration> auth = read_auth_configuration(*path);
  if (!auth) return serve_failed(kExitUsage, auth.error().message);
  options->accounts = accounts_of(std::move(*auth), std::move(configured->access));
  options->types = std::move(configured->types);
  options->numbers = std::move(configured->numbers);
  options->search = std::move(configured->search);
  options->retention = std::move(configured->retention);
  options->reread = [&app, sequences = flags.sequences] { return reread(app, sequences); };
  std::signal(SIGPIPE, SIG_IGN);  // whoever read the log may go
  const std::size_t room = make_room_for(options->net.connections);
  if (room < options->net.connections && flags.options.net.connections != NetLimits{}.connections) {
    std::fprintf(
        stderr, "coterie: this process may hold descriptors for %zu connections only; see ulimit -n\n", room);
  }
  options->net.connections = room;

  Application application(*options);
  const Result<void> started = application.start();
  if (!started) return serve_failed(kExitFailed, started.error().message);
  application.heed_signals();
  if (options->dev) {
    std::fprintf(
        stderr, "coterie: *** --dev: anyone on this machine can sign in as anyone. Not for real data. ***\n");
  }
  if (const std::string& token = application.first_administrator(); !token.empty()) {
    tell_how_to_begin(url_of(*options, application.port()), options->data.string(), token);
  }
  std::printf("listening on %s\n", url_of(*options, application.port()).c_str());
  std::fflush(stdout);

  application.wait();
  end_by_force_after(options->shutdown + kBeyondShutdown);
  application.stop();
  return 0;
}

}  // namespace

void add_serve_command(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("serve", "Run the server");
  command->footer(kServeExamples);
  command->fallthrough();  // --config stands at the program, and may follow here
  auto flags = std::make_shared<ServeFlags>();
  add_serve_flags(*command, *flags);
  command->callback([&app, flags, &exit_code] { exit_code = serve(app, *flags); });
}

}  // namespace coterie
