// What a transport (a WebSocket, a stream of events) tells the session that holds it, and how its connection
// ended. Thread: loop.
#pragma once

#include <cstdint>
#include <string>

namespace coterie {

class SinkOwner {
 public:
  virtual ~SinkOwner() = default;
  virtual void drained() = 0;  // the outbox has become empty; never from within send()
  virtual void closing() = 0;  // close() was called, by whomever: a deadline begins
};

struct ConnectionEnd {
  static constexpr std::uint16_t kNoCode = 1005;
  static constexpr std::uint16_t kLost = 1006;
  std::uint16_t code = kLost;
  std::string reason;
  bool by_peer = false;
};

}  // namespace coterie
