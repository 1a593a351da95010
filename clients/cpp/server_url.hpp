// Where a server is: http://HOST:PORT, as `coterie serve` prints it.
// Thread: any; a value.
#pragma once

#include <string>
#include <string_view>

#include "clients/cpp/client_error.hpp"

namespace coterie {

struct ServerUrl {
  std::string host;    // a name or an address, IPv6 without its brackets
  std::string port;    // digits
  std::string prefix;  // a path before the server's own, without a slash at its end: "" or "/w/north"

  // Takes http:// and ws://, with or without a port (8787, where `coterie serve` listens); a bare HOST:PORT
  // too.
  static ClientResult<ServerUrl> parse(std::string_view text);

  std::string authority() const;  // HOST:PORT, as the Host header has it
  std::string text() const;       // http://HOST:PORT/prefix
};

}  // namespace coterie
