// All rooms, and the recent past. Publishing encodes each event once, remembers it in the ring for those who
// come back, and lays it into the batches of its rooms; once for each turn of the loop the batches are handed
// out and each session writes one frame. Thread: loop. Laws 2, 3, 6.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/messages.hpp"
#include "server/sync/event_ring.hpp"
#include "server/sync/filter_rooms.hpp"
#include "server/sync/frame_composer.hpp"
#include "server/sync/room.hpp"
#include "server/sync/subscriber.hpp"
#include "server/sync/waiting_line.hpp"
#include "storage/watched_events.hpp"

namespace coterie {

struct HubOptions {
  std::size_t ring_events = 100'000;
  std::size_t ring_bytes = 64 * 1024 * 1024;
  std::size_t stretch_bytes = 256 * 1024;  // of one catching-up step
  std::size_t stretch_events = 5000;       // looked at in one step
  std::size_t turn_bytes = 1024 * 1024;    // of all catching up in one turn of the loop
  std::size_t turn_events = 50'000;        // looked at for it
  std::size_t log_reads = 8;               // under way at once
};

// A stretch of the log, whole commits, for the rooms that were asked for.
struct LoggedEvent {
  Seq seq;
  EntityKey key;
  std::string message;  // encoded
  std::vector<Transition> transitions = {};
  std::string enter_tail = {};
  std::vector<VeiledText> veiled = {};
};
struct LogStretch {
  Seq after;
  std::vector<LoggedEvent> events;
  Seq up_to;
};

// What a room is told besides its events: a lock, say. It holds from a commit on.
struct RoomWord {
  Seq after;
  RoomKey about;
  std::string message;
  std::vector<WatchId> guarded = {};  // of rooms that hold rights: those whose readers may hear of the record
};

// What a turn of the loop did.
struct TurnReport {
  using Time = std::chrono::steady_clock::time_point;
  std::size_t deliveries = 0;        // (subscriber, event)
  std::optional<Time> committed_at;  // of the oldest group that was delivered
  std::size_t ring_stretches = 0;
  std::size_t log_stretches = 0;
  std::size_t rooms = 0;
  std::size_t memberships = 0;
};

// A session's request that has its answer.
struct AnsweredRequest {
  std::string_view type;
  std::chrono::steady_clock::time_point since;
  std::optional<ErrorCode> error;
};

class Hub {
 public:
  // Asks for a stretch of the log that the ring does not hold any more, and what it did to filters; the
  // answer comes by log_read().
  using ReadLog = std::function<void(std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms,
                                     std::vector<Watch> watches)>;
  using Time = std::chrono::steady_clock::time_point;

  Hub(HubOptions options, Seq head, ReadLog read_log);

  // There is more to do than fitted into this turn: another turn is to come even if nothing else happens.
  void when_more(std::function<void()> wake) { wake_ = std::move(wake); }
  // A subscriber that waits for it has become live, or its sink has drained.
  void when_free(std::function<void(Subscriber&)> free) { free_ = std::move(free); }
  // At the end of each turn in which something was delivered or the audience changed.
  void when_turned(std::function<void(const TurnReport&)> turned) { turned_ = std::move(turned); }

  // For the figures: each request of a session, once.
  void when_answered(std::function<void(const AnsweredRequest&)> answered) {
    answered_ = std::move(answered);
  }

  // At the beginning of each flush: what was put off to the end of the turn.
  void when_flushing(std::function<void()> flushing) { flushing_ = std::move(flushing); }
  // A subscriber has gone, with all its memberships.
  void when_forgotten(std::function<void(Subscriber&)> forgotten) { forgotten_ = std::move(forgotten); }
  // One that has missed words is live again: it is to be told how things stand.
  void when_missed(std::function<void(Subscriber&)> missed) { missed_ = std::move(missed); }

  void join(Subscriber& subscriber, const RoomKey& room, WatchId watch);  // the watch of a filter's room
  void leave(Subscriber& subscriber, const RoomKey& room, WatchId watch);
  void forget(Subscriber& subscriber);  // leaves everything
  std::size_t rooms() const { return type_rooms_.size() + entity_rooms_.size() + filters_.size(); }
  FilterRooms& filters() { return filters_; }
  // The watch stands since `since`: those who waited for it go on.
  void watched(WatchId watch, Seq since);
  std::size_t memberships() const { return memberships_; }
  std::size_t audience(const DataSyncEvent& event) const;  // of its type and of itself

  // The events of one group, in commit order, and the words among them. Nobody is sent anything before settle
  // and flush.
  void publish(const std::vector<DataSyncEvent>& events, const std::vector<WatchedEvent>& watched = {},
               const std::vector<RoomWord>& words = {}, std::optional<Time> committed_at = std::nullopt);
  // A word to those who would get the events of that record, or of that type as such. Once to each; whoever
  // is behind or cannot take it, is told how things stand when it is live again (when_missed).
  // Rooms that hold rights are told of a record where `guarded` names them; without it, those of this very
  // record while it is seen there.
  void tell(const RoomKey& about, const std::string& message, const std::vector<WatchId>* guarded = nullptr);
  // What those are to know of a record that comes into a room that holds their rights: its locks, who is
  // there.
  using WordsAbout = std::function<std::vector<std::string>(const EntityKey& key, bool presence)>;
  void when_entered(WordsAbout words) { words_about_ = std::move(words); }
  // Whether it is among them for certain.
  static bool reaches(const Subscriber& subscriber, const RoomKey& about);
  const Room* find(const RoomKey& key) { return find_room(key, {}); }  // null: it has no member
  // Of the very room, as its members named it; the rooms that hold rights where the record is seen.
  template <class Visit>
  void each_member(const RoomKey& key, Visit visit) {
    if (Room* plain = find_room(key, {})) {
      for (Subscriber* member : plain->members()) visit(member);
    }
    filters_.each_guarded(key, [&](FilterRooms::Filtered& filtered) {
      if (key.id && !filtered.visible) return;
      for (Subscriber* member : filtered.room.members()) visit(member);
    });
  }
  Seq head() const { return head_; }        // the newest commit published
  Seq settled() const { return settled_; }  // and the newest one handed to its subscribers
  Seq ring_floor() const { return ring_.floor(); }
  // What the ring tells after `after` and up to `up_to`, as one text. Absent: it does not reach so far back.
  std::optional<std::string> told_between(const Interest& interest, Seq after, Seq up_to) const;
  // The commit before the last `events` events, as far as the ring shows it.
  Seq ring_floor_of_last(std::size_t events) const { return ring_.floor_of_last(events); }

  void settle();                       // batches to subscribers: before anyone joins, and once a turn
  void touch(Subscriber& subscriber);  // has something for this turn's flush
  void flush();                        // settle, some catching up, then one frame for each touched subscriber

  // ---- those who are behind ----
  void ready(
      Subscriber& subscriber);  // its sink is empty: it gets its next stretch in this turn or a later one
  // The next stretch now. Nothing happens for one that is live, has not drained, or waits for the log.
  void catch_up(Subscriber& subscriber);
  // The answer to ReadLog. Null: the subscriber has gone.
  void log_read(Subscriber* subscriber, const LogStretch& stretch);
  void log_failed(Subscriber* subscriber);  // it stays behind; the caller ends it
  void tell_free(Subscriber& subscriber);
  void tell_missed(Subscriber& subscriber);
  void tell_answered(const AnsweredRequest& request) const {
    if (answered_) answered_(request);
  }

  FrameComposer& composer() { return composer_; }

 private:
  Room& room(const RoomKey& key, WatchId watch);
  Room* find_room(const RoomKey& key, WatchId watch);
  void erase_if_empty(const RoomKey& key, WatchId watch, Room& room);
  void add_to(Room& room, std::uint64_t ordinal, Seq seq, std::string_view text,
              Membership membership = Membership::stays);
  void add_to_filters(std::uint64_t ordinal, const DataSyncEvent& event, const EventRing::Body& body);
  void add_to_guarded(FilterRooms::Filtered& filtered, const DataSyncEvent& event, Membership membership);
  template <class Visit>
  void each_room_about(const RoomKey& about, Visit visit);
  void ask_log(Subscriber& subscriber, const Interest& interest);
  void end_log_read(Subscriber* subscriber);
  bool log_slot_waits() const;
  void catch_up_some();
  void report();

  HubOptions options_;
  Seq head_;
  Seq settled_;
  ReadLog read_log_;
  std::function<void()> wake_;
  std::function<void(Subscriber&)> free_;
  std::function<void(const TurnReport&)> turned_;
  std::function<void(const AnsweredRequest&)> answered_;
  std::function<void()> flushing_;
  std::function<void(Subscriber&)> forgotten_;
  std::function<void(Subscriber&)> missed_;
  WordsAbout words_about_;

  std::unordered_map<EntityType, Room> type_rooms_;
  std::unordered_map<EntityKey, Room> entity_rooms_;
  FilterRooms filters_;
  std::size_t memberships_ = 0;
  std::vector<Room*> spoken_;         // rooms with a batch
  std::vector<Subscriber*> touched_;  // null: has gone since
  std::uint64_t next_ordinal_ = 1;
  EventRing ring_;
  FrameComposer composer_;

  WaitingLine ready_;     // for their next stretch
  WaitingLine log_line_;  // for a log read to be under way
  std::size_t log_reads_ = 0;

  // of this turn
  TurnReport turn_;
  bool audience_changed_ = false;
  std::size_t turn_bytes_ = 0;
  std::size_t turn_events_ = 0;
};

}  // namespace coterie
