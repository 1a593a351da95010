// One live session as the rooms see it: what it subscribed to, what is to be sent to it this turn, and how far it has
// been sent everything. Holds references only; the bytes wait in its FrameSink.
//
//            fits the sink                      caught up with the hub
//   live ───────────────────▶ live   behind ───────────────────────────▶ live
//     └── does not fit ─────▶ behind (reads on from the ring or the log each time the sink has drained)
//
// Thread: loop. Laws 3, 6, 7.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/messages.hpp"
#include "server/sync/frame_sink.hpp"
#include "server/sync/requester.hpp"
#include "server/sync/room.hpp"

namespace coterie {

class Hub;

struct Subscription {
  RoomKey room;
  Seq from;             // events after this one; the join's own moment
  bool joined = false;  // false: its snapshot is on the way
};

class Subscriber final : public Requester {
 public:
  Subscriber(Author author, FrameSink& sink, Hub& hub, std::size_t outbox_bytes);
  ~Subscriber() override;  // leaves its rooms

  // Requester: encodes and hands to the turn's frame, before the events of this turn's batches.
  void answer(RequestId id, Answer answer) override;
  void push(std::string message);  // any message of this session's own: welcome, snapshot, ping, notification

  FrameSink& sink() { return sink_; }
  bool live() const { return !behind_; }
  Seq position() const;  // all up to here has been sent for all its subscriptions
  std::map<SubscriptionId, Subscription>& subscriptions() { return subscriptions_; }

  // ---- for the hub ----
  void take(const std::shared_ptr<RoomBatch>& batch);  // a room's turn, events in order
  void flush();                                        // one frame of all that was taken and pushed
  // Everything after `seq` is to be read from the ring or the log: a resume, or a sink that was too full.
  void fall_behind(Seq seq);
  // A stretch of the log for its rooms (whole commits), and how far it reaches. `at_head`: live from here on.
  void catch_up(const std::vector<std::string_view>& events, Seq up_to, bool at_head);

  void drained();  // from net: the sink is empty; a subscriber that is behind asks the hub for the next stretch

 private:
  using Part = std::variant<std::string, std::shared_ptr<RoomBatch>>;
  FramePtr compose();

  FrameSink& sink_;
  Hub& hub_;
  std::size_t outbox_bytes_;
  std::map<SubscriptionId, Subscription> subscriptions_;
  std::vector<Part> parts_;  // of this turn
  bool behind_ = false;
  Seq behind_at_;
};

}  // namespace coterie
