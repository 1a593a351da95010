// One client over Server-Sent Events: its frames go down one answer that does not end; its requests come over
// HTTP on behalf of the session.
//
//   welcomed ── the client goes, close() ──▶ ending ──▶ gone
//
// Thread: loop. Laws 3, 6, 7.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "server/net/asio_types.hpp"
#include "server/net/connections.hpp"
#include "server/net/event_stream.hpp"
#include "server/net/live_session.hpp"
#include "server/net/net_core.hpp"
#include "server/net/peer_socket.hpp"

namespace coterie {

class SseSession final : public PeerConnection, public SinkOwner {
 public:
  SseSession(NetCore& core, ConnectionPlace place, PeerSocket socket);

  // The whole life of the session; holds it alive. `head`: of the HTTP answer.
  static Awaitable<void> run(std::shared_ptr<SseSession> self, std::string head, OpenedSession opened,
                             SignedHello hello);

  SteadyTime sweep(SteadyTime now) override;
  void say_goodbye(const Goodbye& goodbye) override;
  void cut() override;
  void drained() override;
  void closing() override;

 private:
  void begin(std::string head, const OpenedSession& opened, SignedHello hello);
  void leave();
  std::string id() const;  // of the session

  NetCore& core_;
  ConnectionPlace place_;
  EventStream stream_;
  SteadyTime last_ping_;
  std::optional<SteadyTime> cut_at_;
  std::optional<LiveSession> live_;
};

}  // namespace coterie
