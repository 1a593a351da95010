// One connection of the driver: opened by the peer's own handshake, then non-blocking, its bytes counted by
// the caller.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bench/wire/peer.hpp"

namespace bench {

long now_nanos();  // of the steady clock

struct Socket {
  int fd = -1;
  std::string in;   // the tail of a message that a read cut
  std::string out;  // what the kernel has not taken yet
  Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();
  // Appends and sends as far as it goes; with nothing to append it goes on with what is left.
  void write(std::string_view bytes);
};

// Tries for 3 s where nobody listens yet. Throws std::runtime_error.
std::unique_ptr<Socket> connect_and_open(const Peer& peer, int port);

// A connection to which nothing has been said yet, non-blocking. Likewise.
std::unique_ptr<Socket> connect_plain(int port);

// The sum of all samples of that metric, as the peer tells them; absent where it tells none.
std::optional<double> read_metric(const Peer& peer, int port, std::string_view name);

}  // namespace bench
