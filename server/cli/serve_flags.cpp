#include <charconv>

#include "protocol/names.hpp"
#include "server/cli/limit_flags.hpp"
#include "server/cli/serve_command.hpp"

namespace coterie {
namespace {

Error flag_refused(std::string message) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = std::move(message);
  return error;
}

// "127.0.0.1:8787", "[::1]:0".
Result<void> read_listen(const std::string& text, ApplicationOptions& options) {
  const auto wrong = [&] {
    return flag_refused("--listen takes HOST:PORT, for example 127.0.0.1:8787 or [::1]:0; this is not one: " +
                        text);
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return wrong();
  std::string host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    return wrong();
  }
  const char* const end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data() + colon + 1, end, options.port);
  if (failed != std::errc() || rest != end || host.empty()) return wrong();
  options.host = std::move(host);
  return {};
}

// A check that keeps out of the help: what it asks stands in the words there.
CLI::Validator quiet(CLI::Validator check) {
  check.description("");
  return check;
}

LogLevel level_of(const std::string& text) {
  if (text == "debug") return LogLevel::debug;
  if (text == "warn") return LogLevel::warn;
  if (text == "error") return LogLevel::error;
  return text == "off" ? LogLevel::off : LogLevel::info;
}

// Beside the program as it was built, or as it is installed. Empty: there is none.
std::filesystem::path built_application() {
  std::error_code failed;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) return {};
  for (const char* place : {"../app", "../share/coterie/app"}) {
    std::filesystem::path folder = (program.parent_path() / place).lexically_normal();
    if (std::filesystem::exists(folder / "index.html", failed)) return folder;
  }
  return {};
}

}  // namespace

Result<void> read_sequences(const std::vector<std::string>& texts, NumberFormats& numbers) {
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (equals == std::string::npos || !is_label(name)) {
      return flag_refused(
          "--sequence takes NAME=FORMAT, for example order=ORD-{year}-{number:6}; this is not one: " + text);
    }
    const Result<void> added = numbers.add(name, text.substr(equals + 1));
    if (!added) return flag_refused("--sequence " + text + ": " + added.error().message);
  }
  return {};
}

void add_serve_flags(CLI::App& command, ServeFlags& flags) {
  ApplicationOptions& to = flags.options;
  const auto named = [](CLI::Option* option, const char* group, const char* type, const char* environment) {
    if (option->get_items_expected_max() == 1) option->capture_default_str();
    return option->group(group)->type_name(type)->envname(environment);
  };
  const char* const base = "Server";
  named(command.add_option("--data", to.data, "Folder of the database; made when absent"), base, "DIR",
        "COTERIE_DATA");
  named(command.add_option("--listen", flags.listen, "Address and port; port 0 picks a free one"), base,
        "HOST:PORT", "COTERIE_LISTEN");
  command.add_flag("--dev", to.dev, "Let the token dev:NAME sign in as NAME, on this machine only")
      ->group(base)
      ->envname("COTERIE_DEV");
  named(command.add_option("--allowed-origin", to.net.allowed_origins,
                           "Web origin that may connect besides this server's own; repeatable"),
        base, "ORIGIN", "COTERIE_ALLOWED_ORIGIN");
  named(command.add_option("--tls-cert", to.tls.certificate,
                           "Certificate for https and wss: PEM, the server's own first; read anew on SIGHUP"),
        base, "FILE", "COTERIE_TLS_CERT");
  named(command.add_option("--tls-key", to.tls.key, "Its key: PEM, without a passphrase"), base, "FILE",
        "COTERIE_TLS_KEY");
  named(command.add_option("--trusted-proxy", to.net.trusted_proxies,
                           "Proxy whose word on the client's address is believed; repeatable"),
        base, "ADDRESS[/BITS]", "COTERIE_TRUSTED_PROXY");
  named(command.add_option("--app", flags.app,
                           "Application served at /: a folder; auto, the one that was built; or none"),
        base, "DIR", "COTERIE_APP");
  named(command.add_option("--sequence", flags.sequences,
                           "How a sequence's numbers are written: order=ORD-{year}-{number:6}; repeatable"),
        base, "NAME=FORMAT", "COTERIE_SEQUENCE");

  const char* const log = "Log";
  named(
      command
          .add_option("--log-level", flags.log_level, "Least level written: debug, info, warn, error or off")
          ->check(quiet(CLI::IsMember({"debug", "info", "warn", "error", "off"}))),
      log, "LEVEL", "COTERIE_LOG_LEVEL");
  named(
      command
          .add_option("--log-format", flags.log_format, "Form of the lines on standard error: logfmt or json")
          ->check(quiet(CLI::IsMember({"logfmt", "json"}))),
      log, "FORMAT", "COTERIE_LOG_FORMAT");
  named(command.add_option("--slow-ms", flags.slow_ms, "Commits and questions that take longer are logged"),
        log, "MS", "COTERIE_SLOW_MS");

  add_limit_flags(command, flags);
}

Result<ApplicationOptions> read_serve_flags(const ServeFlags& flags) {
  ApplicationOptions options = flags.options;
  if (const Result<void> read = read_listen(flags.listen, options); !read) return read.error();
  NumberFormats numbers;
  if (const Result<void> read = read_sequences(flags.sequences, numbers); !read) return read.error();
  options.log_level = level_of(flags.log_level);
  options.log_format = flags.log_format == "json" ? LogFormat::json : LogFormat::logfmt;
  if (flags.app != "none")
    options.app = flags.app == "auto" ? built_application() : std::filesystem::path(flags.app);
  take_limit_flags(flags, options);
  options.slow_statement = std::chrono::milliseconds(flags.slow_ms);
  if (const std::string against = objection(options); !against.empty()) return flag_refused(against);
  return options;
}

}  // namespace coterie
