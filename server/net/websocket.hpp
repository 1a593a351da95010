// One WebSocket: Beast reads it (masks, fragments, UTF-8, control frames), and what is sent goes out as ready
// frames below Beast, through the same outbox that carries Beast's own pongs and closes. websocket.cpp is the
// only file that names Beast's stream.
//
//   new ── accept() ──▶ open ── close(), a bad frame, the peer's close ──▶ ending ── linger() ──▶ gone
//
// Thread: loop. Laws 6, 7.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/net/asio_types.hpp"
#include "server/net/frame_meter.hpp"
#include "server/net/net_state.hpp"
#include "server/net/peer_socket.hpp"
#include "server/net/sink_owner.hpp"
#include "server/sync/frame_sink.hpp"

namespace coterie {

struct WebSocketOptions {
  std::size_t message_bytes = 64 * 1024;   // 1009
  std::size_t outbox_bytes = 1024 * 1024;  // past it, pongs are joined: RFC 6455 section 5.5.3
  FrameRates rates;                        // 1008
};

class WebSocket final : public FrameSink {
 public:
  // `early`: bytes that came along with the handshake.
  WebSocket(PeerSocket socket, std::string early, const WebSocketOptions& options, NetState& net,
            SinkOwner& owner);
  ~WebSocket() override;

  // Answers the handshake whose key this is. False: the connection is lost.
  Awaitable<bool> accept(std::string key);
  // The next message, whole. Valid until the next read(). Nothing: the WebSocket has ended or is ending, see
  // end().
  Awaitable<std::optional<std::string_view>> read();
  // Reads on and throws away until the peer has closed too, so that what was sent last is not lost by a
  // reset; then closes the socket. Bounded in bytes; who waits bounds it in time with cut().
  Awaitable<void> linger();

  void send(FramePtr frame) override;
  std::size_t queued_bytes() const override;
  void close(CloseCode code, std::string reason) override;
  void cut();  // at once

  bool ending() const;
  const ConnectionEnd& end() const;
  SteadyTime last_read() const;
  SteadyTime last_push() const;
  SteadyTime last_progress() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace coterie
