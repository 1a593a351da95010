// The commands of the program, one file each. Every one adds itself to the application with its options; when
// it is the one that was asked for, it runs at the end of parsing and leaves its exit code. Thread: main.
#pragma once

#include <CLI/CLI.hpp>

namespace coterie {

// Exit codes of every command: 0 done; 1 failed, and said why on standard error; 2 asked for in a wrong way;
// an edit besides: 3 a conflict that was left alone, 4 rejected; a client: 5 the server cannot be reached.
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitConflict = 3;
inline constexpr int kExitRejected = 4;
inline constexpr int kExitUnreachable = 5;

void add_serve_command(CLI::App& app, int& exit_code);
void add_watch_command(CLI::App& app, int& exit_code);
void add_get_command(CLI::App& app, int& exit_code);
void add_edit_command(CLI::App& app, int& exit_code);
void add_conflicts_command(CLI::App& app, int& exit_code);
void add_notifications_command(CLI::App& app, int& exit_code);
void add_announce_command(CLI::App& app, int& exit_code);
void add_import_command(CLI::App& app, int& exit_code);
void add_export_command(CLI::App& app, int& exit_code);
void add_types_command(CLI::App& app, int& exit_code);
void add_rules_command(CLI::App& app, int& exit_code);
void add_history_command(CLI::App& app, int& exit_code);
void add_blame_command(CLI::App& app, int& exit_code);
void add_restore_command(CLI::App& app, int& exit_code);
void add_changes_command(CLI::App& app, int& exit_code);
void add_readers_command(CLI::App& app, int& exit_code);
void add_user_command(CLI::App& app, int& exit_code);
void add_session_command(CLI::App& app, int& exit_code);
void add_audit_command(CLI::App& app, int& exit_code);
void add_token_command(CLI::App& app, int& exit_code);

}  // namespace coterie
