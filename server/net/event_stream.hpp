// One stream of Server-Sent Events: the frames that a WebSocket would be sent, each as one event, through the
// same outbox. What the client has to say comes as requests of their own, so of this connection only its end
// is read.
//
//   new ── begin() ──▶ open ── close() ──▶ ending ── the client has gone, cut() ──▶ gone
//                        └──────────────────────────────────▲
//
// Thread: loop. Laws 3, 6, 7.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "server/net/asio_types.hpp"
#include "server/net/net_state.hpp"
#include "server/net/outbox.hpp"
#include "server/net/sink_owner.hpp"
#include "server/sync/frame_sink.hpp"

namespace coterie {

struct Goodbye;
class Subscriber;

class EventStream final : public FrameSink {
 public:
  EventStream(PeerSocket socket, NetState& net, SinkOwner& owner);

  void begin(std::string head);  // of the HTTP answer
  // Whose place each event tells as its `id`, in this epoch. Null: events without one from now on.
  void tell_place_of(const Subscriber* subscriber, const std::string& epoch);
  // Until the client has gone, or cut().
  Awaitable<void> watch();

  void send(FramePtr frame) override;
  std::size_t queued_bytes() const override { return outbox_->queued_bytes(); }
  // There is no close frame: the last event is a `goodbye`, with the delays that go with the code.
  void close(CloseCode code, std::string reason) override;
  void close(const Goodbye& goodbye);
  void cut();

  bool ending() const { return end_.has_value() || outbox_->ending(); }
  const ConnectionEnd& end() const;
  SteadyTime last_push() const { return outbox_->last_push(); }
  SteadyTime last_progress() const { return outbox_->last_progress(); }
  // Something is on its way, and for so long the other side has acknowledged nothing at all.
  bool is_lost(std::chrono::milliseconds silence) const;

 private:
  std::string place() const;

  std::shared_ptr<Outbox> outbox_;
  SinkOwner& owner_;
  const Subscriber* subscriber_ = nullptr;
  std::string epoch_;
  std::optional<ConnectionEnd> end_;
};

}  // namespace coterie
