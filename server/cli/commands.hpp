// The commands of the program, one file each. Every one adds itself to the application with its options; when
// it is the one that was asked for, it runs at the end of parsing and leaves its exit code. Thread: main.
#pragma once

#include <CLI/CLI.hpp>

namespace coterie {

// Exit codes of every command: 0 done; 1 failed, and said why on standard error; 2 asked for in a wrong way.
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

void add_serve_command(CLI::App& app, int& exit_code);

}  // namespace coterie
