// The rules that a command is about: those in force, kept with a server's data, or those that the
// configuration file says. Thread: main.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "server/ops/access_file.hpp"
#include "storage/accounts/rule_table.hpp"

namespace coterie {

struct RulesInForce {
  RulesRead read;
  std::optional<RulesVersion> version;    // absent: of the file, whatever is in force
  std::optional<RulesVersion> overrides;  // what the file said, where that is not in force
};

// `data`: the folder of a server; empty: the file's. Rules that stand in the file as they are in force have
// its lines. Error: with the path and why.
Result<RulesInForce> rules_in_force(const CLI::App& app, const std::string& data);

// "version 3, by root (api), 2026-11-27 07:15:35".
std::string heading_of(const RulesVersion& version);

}  // namespace coterie
