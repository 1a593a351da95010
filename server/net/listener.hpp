// Opens the port and takes connections as long as there is room for them: past the cap a connection is told
// 503, and when descriptors run out accepting pauses instead of spinning. Thread: loop. Laws 6, 7.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "protocol/close_code.hpp"
#include "server/net/loop.hpp"
#include "server/net/server_context.hpp"

namespace coterie {

struct Endpoint {
  std::string host = "127.0.0.1";  // an address, or localhost
  std::uint16_t port = 0;          // 0: any free one
};

class Listener {
 public:
  // Bound and listening when this returns; throws std::runtime_error with the address and the reason where it
  // cannot be. `context` outlives the listener; the loop outlives both.
  Listener(Loop& loop, const Endpoint& endpoint, ServerContext& context);
  // Cuts all connections and lets them end. When the loop does not run (any more).
  ~Listener();

  std::uint16_t port() const;        // the one bound
  std::size_t connections() const;   // open now, HTTP and WebSocket
  std::size_t queued_bytes() const;  // in the outboxes of all of them
  void stop_accepting();

  // Says goodbye to all WebSockets and closes them with the code; HTTP connections end after the answer under
  // way. Each session is told to come back within [retry_least, retry_most].
  void close_all(CloseCode code, std::string reason, std::chrono::milliseconds retry_least,
                 std::chrono::milliseconds retry_most);

 private:
  struct Inside;
  std::shared_ptr<Inside> inside_;
};

}  // namespace coterie
