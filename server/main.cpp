// coterie: the server and its tools in one program.
#include <cstdio>
#include <exception>

#include "server/cli/commands.hpp"
#include "server/cli/config_reader.hpp"
#include "server/cli/suggestion.hpp"

int main(int argc, char** argv) {
  CLI::App app("Coterie: several people edit the same records, and everyone sees every change at once.",
               "coterie");
  app.require_subcommand(1);
  app.set_version_flag("--version", "coterie " COTERIE_VERSION, "Show the version and end");
  app.set_help_flag("-h,--help", "Show this help and end");
  coterie::add_config(app);
  app.footer("Try `coterie serve --dev`, then `coterie COMMAND --help` for the rest.");

  int exit_code = 0;
  coterie::add_serve_command(app, exit_code);
  coterie::add_watch_command(app, exit_code);
  coterie::add_get_command(app, exit_code);
  coterie::add_edit_command(app, exit_code);
  coterie::add_conflicts_command(app, exit_code);
  coterie::add_notifications_command(app, exit_code);
  coterie::add_announce_command(app, exit_code);
  coterie::add_import_command(app, exit_code);
  coterie::add_export_command(app, exit_code);
  coterie::add_types_command(app, exit_code);
  coterie::add_rules_command(app, exit_code);
  coterie::add_history_command(app, exit_code);
  coterie::add_blame_command(app, exit_code);
  coterie::add_restore_command(app, exit_code);
  coterie::add_changes_command(app, exit_code);
  coterie::add_readers_command(app, exit_code);
  coterie::add_user_command(app, exit_code);
  coterie::add_session_command(app, exit_code);
  coterie::add_audit_command(app, exit_code);
  coterie::add_token_command(app, exit_code);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (app.exit(error) == 0) return 0;  // --help, --version
    const std::string meant = coterie::suggestion(app);
    if (!meant.empty()) std::fprintf(stderr, "%s\n", meant.c_str());
    return coterie::kExitUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "coterie: %s\n", error.what());
    return coterie::kExitFailed;
  }
  return exit_code;
}
