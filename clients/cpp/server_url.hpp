// Where a server is: http://HOST:PORT or https://HOST:PORT, as `coterie serve` prints it.
// Thread: any; a value.
#pragma once

#include <string>
#include <string_view>

#include "clients/cpp/client_error.hpp"

namespace coterie {

struct ServerUrl {
  std::string host;            // a name or an address, IPv6 without its brackets
  std::string port;            // digits
  std::string prefix;          // a path before the server's own, without a slash at its end: "" or "/w/north"
  bool secure = false;         // by TLS
  std::string authority_file;  // PEM: who vouches for the server's certificate; empty: whom the system trusts

  // Takes http:// and ws://, with or without a port (8787, where `coterie serve` listens); a bare HOST:PORT
  // too; and https:// and wss:// (without a port: 443).
  static ClientResult<ServerUrl> parse(std::string_view text);

  std::string authority() const;  // HOST:PORT, as the Host header has it
  std::string text() const;       // http://HOST:PORT/prefix, or https
};

}  // namespace coterie
