// The accounts of a data folder, for the commands that administer them beside a running server or without
// one: a server that runs notices within a second. Thread: main.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "storage/accounts/account_store.hpp"

namespace coterie {

struct AccountFlags {
  std::string data = "coterie-data";
  bool json = false;
};

void add_account_flags(CLI::App& command, AccountFlags& flags);
// `make`: also where there are none yet. Error: with the path and what to do.
Result<std::unique_ptr<AccountStore>> open_accounts(const AccountFlags& flags, bool make);

// Who acts from the command line: whoever is at the keyboard, as `cli:NAME`.
Act act_of_command_line();
// Says what went wrong; the exit code.
int report_failure(const Error& error);
std::string local_time(Timestamp time);  // "2026-11-27 07:15:35" in UTC

}  // namespace coterie
