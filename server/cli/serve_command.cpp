#include "server/cli/serve_command.hpp"

#include <cstdio>
#include <memory>

#include "server/cli/commands.hpp"

namespace coterie {
namespace {

int serve(const ServeFlags& flags) {
  const Result<ApplicationOptions> options = read_serve_flags(flags);
  if (!options) {
    std::fprintf(stderr, "coterie: %s\n", options.error().message.c_str());
    return kExitUsage;
  }
  std::fprintf(stderr, "coterie: the server is not put together yet\n");
  return kExitFailed;
}

}  // namespace

void add_serve_command(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("serve", "Run the server");
  command->fallthrough();  // --config stands at the program, and may follow here
  auto flags = std::make_shared<ServeFlags>();
  add_serve_flags(*command, *flags);
  command->callback([flags, &exit_code] { exit_code = serve(*flags); });
}

}  // namespace coterie
