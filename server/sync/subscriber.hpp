// One live session as the rooms see it: what it subscribed to, what is to be sent to it this turn, and how
// far it has been sent everything. Holds references only; the bytes wait in its FrameSink.
//
//            fits the sink                      caught up with the hub
//   live ───────────────────▶ live   behind ───────────────────────────▶ live
//     └── does not fit ─────▶ behind (reads on from the ring or the log each time the sink has drained)
//
// Answers overtake the events of one that is behind, but not those that move the client's position
// (`subscribed`, `snapshot`, `ping`, `pong`): they are held and sent where they belong, after all events up
// to their seq and before the next. Thread: loop. Laws 3, 6, 7.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/access.hpp"
#include "protocol/messages.hpp"
#include "server/sync/event_ring.hpp"
#include "server/sync/frame_composer.hpp"
#include "server/sync/frame_sink.hpp"
#include "server/sync/in_flight.hpp"
#include "server/sync/requester.hpp"
#include "server/sync/room.hpp"
#include "storage/store.hpp"

namespace coterie {

class Hub;

struct Subscription {
  RoomKey room;                                        // as it was asked for
  std::shared_ptr<const Filter> filter = nullptr;      // what room.filter says; null: none
  std::shared_ptr<const TypeAccess> access = nullptr;  // of its reader; null: sees everything
  Sort sort = {};                                      // of its page, and how many records that holds:
  std::size_t limit = 0;                               // for a snapshot that nobody asked for
  Watch watch = {};            // of a filter's room or one that holds rights; else without a filter
  Seq from;                    // events after this one; the join's own moment
  bool joined = false;         // false: its snapshot is on the way
  bool of_hello = false;       // named again by who repeats the hello
  std::uint64_t instance = 0;  // tells it from an earlier one under the same number
  std::uint64_t turn = 0;      // of its reader's rights: what was read in another is not shown
};

// A snapshot that is to be asked for once the subscriber is live and its sink has room: for a request, or as
// a push.
struct WantedSnapshot {
  SubscriptionId subscription;
  std::uint64_t instance = 0;
  std::optional<RequestId> request;  // absent: a push
  std::string reason;                // of the push
  ListQuery query;
  bool entities = true;     // false: only to join
  bool state_only = false;  // joined long since: how its locks and presence stand
  WatchId watch = {};       // of a filter's room
  std::uint64_t turn = 0;   // of the rights that it was read under
};

class Subscriber final : public Requester {
 public:
  // `in_flight`: the most requests that may wait for an answer.
  Subscriber(Author author, FrameSink& sink, Hub& hub, std::size_t outbox_bytes, std::size_t in_flight = 64);
  ~Subscriber() override;  // leaves its rooms

  // ---- what it is told besides events: all of it enters this turn's frame, before the events published
  // after it ----
  void answer(RequestId id, Answer answer) override;  // dropped where the request was overdue
  void push(std::string message);                     // one that does not move the client's position
  void push_at(Seq seq, std::string message);         // one that does: `snapshot`
  void ping();                                        // a `ping` at its position
  // A message that was not taken: the error goes without the id where that is in flight for another.
  void refuse(std::optional<RequestId> id, const Error& error);
  bool is_session() const override { return true; }
  void notify(const std::string& message) override;  // dropped where its outbox is full

  FrameSink& sink() { return sink_; }
  InFlight& in_flight() { return in_flight_; }
  void sweep(InFlight::Time now);  // answers the edits that wait for a decision too long; once a second or so
  bool live() const { return !behind_; }
  bool has_room() const { return sink_.queued_bytes() < outbox_bytes_; }
  Seq position()
      const;  // all up to here has been sent for all its subscriptions, or stands before in this turn's frame
  // Where a client that was sent all of this turn, and nothing more, may resume from by repeating its hello.
  // Nothing: a snapshot is still on its way, or one of the hello's rooms has ended, so that it would be told
  // "recovered" of a room that it does not hold, or not as of then.
  std::optional<Seq> resume_point() const;
  void drained();  // from net: the sink is empty

  // ---- its subscriptions, kept by the subscription service ----
  std::map<SubscriptionId, Subscription>& subscriptions() { return subscriptions_; }
  const std::map<SubscriptionId, Subscription>& subscriptions() const { return subscriptions_; }
  Subscription& add(SubscriptionId id, RoomKey room, std::shared_ptr<const Filter> filter = nullptr,
                    std::shared_ptr<const TypeAccess> access = nullptr);
  // Its reader's rights are others: it is in no room until a snapshot under these has been handed over.
  void change_access(SubscriptionId id, std::shared_ptr<const TypeAccess> access);
  void join(SubscriptionId id, Seq from);  // its events after `from`. What was published before is settled
  void remove(SubscriptionId id);
  std::list<WantedSnapshot>& wanted() { return wanted_; }
  std::size_t& snapshots_asked() { return snapshots_asked_; }  // and not yet there
  Interest interest() const;                                   // of what is joined
  Interest interest(SubscriptionId id, Seq from) const;        // of one alone, whether joined or not
  std::uint64_t interest_version() const { return interest_version_; }

  // What its rights rest on, as it is to be told with its position; empty: it sees everything.
  const std::string& rights() const { return rights_; }
  void rights(std::string rights) { rights_ = std::move(rights); }
  bool all_joined() const;

  // Everything after `seq` is to be read from the ring or the log: a resume.
  void fall_behind(Seq seq);
  // It does not know the locks and presence of its rooms: it is told them now, or when it is live again.
  void miss_words();

  // ---- for the hub ----
  // A room's turn, events in order; `watch` is that of a filter's room. False: it is behind.
  bool take(const BatchPtr& batch, WatchId watch);
  void flush();  // one frame of all that was taken and pushed
  // A stretch of the past for its rooms (whole commits), and how far it reaches. `at_head`: live from here
  // on.
  void catch_up(const std::vector<PastMessage>& messages, Seq up_to, bool at_head);

 private:
  friend class Hub;
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  void push(PrivatePart part);
  void add_interest(Interest& interest, SubscriptionId id, const Subscription& subscription, Seq from) const;
  std::string numbers_of(WatchId watch) const;
  bool fits() const;
  void drop_events();  // of this turn: falls behind before the first of them
  void hold(PrivatePart part);
  void touch();
  Watch watch_for(const RoomKey& room, const std::shared_ptr<const Filter>& filter,
                  const std::shared_ptr<const TypeAccess>& access);
  void leave_room(const Subscription& subscription);

  FrameSink& sink_;
  Hub& hub_;
  std::size_t outbox_bytes_;
  InFlight in_flight_;
  std::map<SubscriptionId, Subscription> subscriptions_;
  std::uint64_t interest_version_ = 0;
  std::string rights_;
  bool hello_stands_ = true;  // no room of it has ended
  std::list<WantedSnapshot> wanted_;
  std::size_t snapshots_asked_ = 0;
  std::vector<Part> parts_;  // of this turn; batches only while live
  bool behind_ = false;
  Seq behind_at_;
  bool missed_words_ = false;    // while behind
  std::list<PrivatePart> held_;  // while behind: by the seq they move to

  // of the hub
  std::size_t touched_place_ = kNowhere;
  bool log_asked_ = false;
  std::uint64_t log_interest_ = 0;  // interest_version() when the log was asked for
};

}  // namespace coterie
