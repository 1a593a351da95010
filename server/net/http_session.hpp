// One connection while it speaks HTTP: request after request, each read whole under its limits, passed
// through the gate, answered by the handler; or the handshake that makes it a WebSocket.
//
//   (shaking hands, under TLS) ──▶
//   reading head ──▶ reading body ──▶ answering ──▶ writing ──▶ reading head (keep-alive) ...
//        │ refused by the gate ─────────────────────▶ writing ──▶ lingering ──▶ gone
//        └ an upgrade ──▶ a Session takes the socket   └ a stream ──▶ an SseSession takes the socket
//
// Thread: loop. Laws 6, 7.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "server/net/asio_types.hpp"
#include "server/net/connections.hpp"
#include "server/net/http_head.hpp"
#include "server/net/http_write.hpp"
#include "server/net/net_core.hpp"
#include "server/net/peer_socket.hpp"

namespace coterie {

class HttpSession final : public PeerConnection, public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(NetCore& core, ConnectionPlace place, PeerSocket socket);

  // The whole life of the connection; holds it alive. `refusal`: all it is told, before it asks (503, 429).
  static Awaitable<void> run(std::shared_ptr<HttpSession> self, std::optional<HttpRefusal> refusal);

  SteadyTime sweep(SteadyTime now) override;
  void say_goodbye(const Goodbye& goodbye) override;
  void cut() override;

 private:
  // What is being waited for decides what a passed deadline means.
  enum class Waits { handshake, first_request, next_request, rest_of_request, answer, write, linger };
  enum class Next { request, stop, handed_over };

  Awaitable<bool> shake_hands();  // false: there will be no connection
  Awaitable<void> converse();
  Awaitable<Next> serve_one();
  Awaitable<std::size_t> read_head();           // its size; 0: the connection ends
  Awaitable<bool> read_more(std::size_t most);  // false: the end
  Awaitable<bool> read_body(std::size_t size);
  Awaitable<Next> answer(HttpRequest request);
  Awaitable<void> hold_back();
  Awaitable<bool> write(std::string bytes);
  Awaitable<void> refuse(HttpRefusal refusal);
  Awaitable<void> linger();
  void wait_for(Waits what, std::chrono::milliseconds time);
  void respond(std::uint64_t request, HttpResponse response);
  // Finds out who asks; a refusal where there are too many connections from there.
  std::optional<HttpRefusal> recognise(HttpHead& head);
  void become_session(std::string key, const HttpHead& head);
  bool become_stream(HttpResponse& response);  // false: the response has become a refusal

  NetCore& core_;
  std::optional<ConnectionPlace> place_;
  PeerSocket socket_;
  std::string peer_;    // the other side of the connection
  Caller caller_;       // who asks the request under way
  WriteHttp how_;       // what answers it is written, besides what they say
  std::string buffer_;  // read and not used yet
  LoopTimer answered_;  // its cancellation is the signal
  std::optional<HttpResponse> response_;
  std::uint64_t request_ = 0;  // number of the one under way
  Waits waits_ = Waits::first_request;
  SteadyTime deadline_;
  bool timed_out_ = false;
  bool last_ = false;  // no request after this one
};

}  // namespace coterie
