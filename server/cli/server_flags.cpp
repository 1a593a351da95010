#include "server/cli/server_flags.hpp"

#include <cstdlib>

#include "protocol/names.hpp"

namespace coterie {
namespace {

std::string name_of_who_is_here() {
  for (const char* variable : {"USER", "LOGNAME"}) {
    const char* name = std::getenv(variable);
    if (name && is_label(name)) return name;
  }
  return "guest";
}

}  // namespace

void add_server_flags(CLI::App& command, ServerFlags& flags) {
  command.add_option("--url", flags.url, "Where the server is")
      ->envname("COTERIE_URL")
      ->capture_default_str();
  command
      .add_option(
          "--ca", flags.ca,
          "Certificate of the authority that vouches for an https server, where the system knows none")
      ->type_name("FILE")
      ->envname("COTERIE_CA");
  auto* token =
      command.add_option("--token", flags.token, "The token to sign in with")->envname("COTERIE_TOKEN");
  command.add_option("--user", flags.user, "Sign in by this name with a server that runs with --dev")
      ->excludes(token);
}

ClientResult<ConnectOptions> connect_options(const ServerFlags& flags) {
  auto url = ServerUrl::parse(flags.url);
  if (!url) return url.error();
  ConnectOptions options;
  options.url = std::move(*url);
  options.url.authority_file = flags.ca;
  options.token = flags.token;
  if (options.token.empty())
    options.token = "dev:" + (flags.user.empty() ? name_of_who_is_here() : flags.user);
  return options;
}

}  // namespace coterie
