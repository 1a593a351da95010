// How each server is spoken to: what a client says to join the room and to publish, and how its frames are
// taken apart. The driver's own cost is the same for all: it counts messages and reads the time each carries.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace bench {

class Peer {
 public:
  virtual ~Peer() = default;
  // What is sent when the TCP connection stands; for WebSocket peers the upgrade.
  virtual std::string opening(int port) const;
  // Whether the opening is answered; `in` loses what was the answer.
  virtual bool opened(std::string& in) const;
  // The messages that make a subscriber, or a publisher, ready.
  virtual std::string join(int documents) const = 0;
  virtual std::string prepare(int documents) const = 0;
  // Where it tells Prometheus about itself; empty: nowhere.
  virtual std::string metrics_path() const { return {}; }
  // Bytes that publish one message of `size` bytes carrying the time `nanos`.
  virtual std::string publish(long number, long nanos, std::size_t size, int documents) const = 0;
};

// A masked WebSocket text frame (the mask is zero: legal, and free to apply).
std::string client_frame(std::string_view text);

// floor and ws: "sub" or "pub", then raw messages. coterie, socketio, nats, sharedb: their own protocols.
std::unique_ptr<Peer> make_peer(std::string_view protocol);

}  // namespace bench
