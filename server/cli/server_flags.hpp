// Which server a command speaks to, and as whom: --url, --ca, --token or --user, and their environment
// variables. Thread: main.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "clients/cpp/connection.hpp"

namespace coterie {

struct ServerFlags {
  std::string url = "http://127.0.0.1:8787";
  std::string token;
  std::string user;
  std::string ca;
};

void add_server_flags(CLI::App& command, ServerFlags& flags);

// Without a token: the development sign-in "dev:NAME", by default with the name of who is at the keyboard.
ClientResult<ConnectOptions> connect_options(const ServerFlags& flags);

}  // namespace coterie
