// One client over one WebSocket, as a story: hello, then message after message, until one side has enough.
// Knows what a line is and when to stop; what a message means is the dispatcher's.
//
//   open ── hello accepted ──▶ welcomed ── close(), the peer's close, a lost socket ──▶ ending ──▶ gone
//     └── no hello in time (4201), token not accepted (4001) ─────────────────────────────┘
//
// Thread: loop. Laws 6, 7, 8.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "protocol/messages.hpp"
#include "server/net/asio_types.hpp"
#include "server/net/connections.hpp"
#include "server/net/live_session.hpp"
#include "server/net/net_core.hpp"
#include "server/net/peer_socket.hpp"
#include "server/net/websocket.hpp"

namespace coterie {

struct Handshake {
  std::string key;
  std::string bearer;  // the token of an Authorization header; empty: none
  std::string user_agent;
  std::string early;  // bytes that came along with the request
};

class Session final : public PeerConnection, public SinkOwner, public std::enable_shared_from_this<Session> {
 public:
  Session(NetCore& core, ConnectionPlace place, PeerSocket socket, Handshake handshake);
  ~Session() override;

  // The whole life of the session; holds it alive.
  static Awaitable<void> run(std::shared_ptr<Session> self);

  SteadyTime sweep(SteadyTime now) override;
  void say_goodbye(const Goodbye& goodbye) override;
  void cut() override;
  void drained() override;
  void closing() override;

 private:
  Awaitable<void> converse();
  Awaitable<void> hold_back();
  bool take_line(std::string_view line);  // false: the session is ending
  void take_message(ClientMessage message);
  void take_hello(RequestId id, Hello hello);
  void refuse(std::optional<RequestId> id, const Error& error);
  bool has_quota(std::optional<RequestId> id);
  bool is_free(const ClientMessage& message);
  SteadyTime sweep_heartbeat(SteadyTime now);
  void leave();
  std::string id() const;  // of the session; empty: not welcomed

  NetCore& core_;
  ConnectionPlace place_;
  WebSocket socket_;
  std::string key_;
  std::string bearer_;
  std::string user_agent_;
  LoopTimer resumed_reading_;  // its cancellation is the signal
  SteadyTime opened_;
  SteadyTime last_ping_;
  std::optional<SteadyTime> cut_at_;
  std::size_t before_hello_ = 0;  // messages
  std::size_t over_rate_ = 0;     // messages refused since reading was last held back
  std::size_t refused_ = 0;       // for going over the rate, less what was taken since
  double free_spent_ = 0;         // of what is taken beside the rate
  SteadyTime free_counted_;

  std::optional<LiveSession> live_;  // once welcomed
};

}  // namespace coterie
