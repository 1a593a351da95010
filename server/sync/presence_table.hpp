// Who is present in which room, and what each room has been told of it. What a session says is shown at the
// end of the turn, a session's change of state at most once a slot; what it said last is always shown in the
// end.
//
//   absent ── set ──▶ present ── set null, unsubscribe, a clean close, the end of its session ──▶ absent
//                       │  ▲
//    its connection drops  └─ the same session joins the room again
//                       ▼  │
//                     orphaned ── the grace is over ──▶ absent
//
// Time comes in as a parameter. Thread: loop. Law 6.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/messages.hpp"
#include "storage/author.hpp"

namespace coterie {

struct PresenceLimits {
  std::chrono::milliseconds grace{15'000};  // after a connection has dropped
  std::chrono::milliseconds slot{100};      // between two changes of one session in one room
  std::size_t rooms = 256;                  // of one session
  std::size_t shown = 1000;                 // of one room: the newest, to who joins it
};

class PresenceTable {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // By which connection and subscription a session is in the room: with these it leaves.
  struct Seat {
    std::uint64_t connection = 0;
    SubscriptionId subscription;
    friend bool operator==(const Seat&, const Seat&) = default;
  };

  explicit PresenceTable(PresenceLimits limits = {}) : limits_(limits) {}

  // No state: it is present no longer. False: the session is in too many rooms.
  bool set(const RoomKey& room, const Author& author, Seat seat, std::optional<std::string> state, Time now,
           Timestamp wall);
  // The session has joined the room (again): if it was present, it is so by this seat from now on.
  void take_seat(const RoomKey& room, const SessionId& session, Seat seat);
  void leave(const RoomKey& room, const SessionId& session, Seat seat);  // where it is present by this seat
  // The connection has gone: what it was present by waits for the session to come back, or `at_once` leaves.
  void connection_gone(const SessionId& session, std::uint64_t connection, bool at_once, Time now);
  void end_session(const SessionId& session);
  void sweep(Time now);  // the graces that are over

  // What is to be told now, one for each room; what is in its slot stays for later.
  std::vector<PresencePush> publish(Time now);
  // As the room was told last; in a type's list also those present at its records.
  std::vector<Present> list(const RoomKey& room) const;
  std::size_t size() const { return size_; }
  bool has_news() const { return !news_.empty(); }

 private:
  struct Entry {
    Author author;
    Seat seat;
    Timestamp since;
    std::optional<std::string> state;  // what the session said last
    std::optional<std::string> shown;  // what the room was told last; none: it is not known there
    Time slot;                         // not told anew before
    std::optional<Time> orphaned;      // since
  };
  using Sessions = std::map<SessionId, Entry>;
  struct Orphan {
    Time since;
    RoomKey room;
    SessionId session;
  };

  Entry* find(const RoomKey& room, const SessionId& session);
  std::vector<RoomKey> rooms_of(const SessionId& session) const;
  void leave_now(const RoomKey& room, const SessionId& session);
  void erase(const RoomKey& room, const SessionId& session);
  // Tells what one entry has to tell. True: it is done with for now.
  bool publish_one(Entry& entry, Time now, PresencePush& push);
  static Present present(const RoomKey& room, const Entry& entry, const std::string& state);

  PresenceLimits limits_;
  std::map<RoomKey, Sessions> rooms_;  // a type's own first, then those of its records
  std::unordered_map<SessionId, std::set<RoomKey>> rooms_of_;
  std::map<RoomKey, std::set<SessionId>> news_;
  std::deque<Orphan> orphans_;  // oldest first; some may have come back since
  std::size_t size_ = 0;
};

}  // namespace coterie
