// coterie.toml as the commands meet it: its section [serve] is handed to the command line, whose flags and
// environment variables outweigh it; the rest is read as types and sequences. Thread: main, and for
// configuration() any.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

#include "server/auth_file.hpp"
#include "server/cli/serve_command.hpp"
#include "server/types_file.hpp"

namespace coterie {

inline constexpr const char* kDefaultConfig = "coterie.toml";

// Adds --config and the reading of its [serve] to the program: COTERIE_CONFIG, or coterie.toml where it is
// there.
void add_config(CLI::App& app);

// The file that was named, or found; empty: none. Error bad_request: one was named and is not there.
Result<std::filesystem::path> config_path(const CLI::App& app);

// The whole file, [serve] included, as `serve` would take it. An empty path: nothing is configured.
// Error bad_request: with the line.
Result<TypesConfiguration> read_configuration(const std::filesystem::path& path);
// Its section [auth] alone, with the keys that it names.
Result<AuthConfiguration> read_auth_configuration(const std::filesystem::path& path);

}  // namespace coterie
