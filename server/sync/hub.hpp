// All rooms, and the recent past. Publishing encodes each event once, remembers it in the ring for those who come
// back, and lays it into the batches of its rooms; once for each turn of the loop the batches are handed out and each
// session writes one frame.
// Thread: loop. Laws 2, 3, 6.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/messages.hpp"
#include "server/sync/room.hpp"
#include "server/sync/subscriber.hpp"

namespace coterie {

struct HubOptions {
  std::size_t ring_events = 100'000;
  std::size_t ring_bytes = 64 * 1024 * 1024;
  std::size_t stretch_bytes = 256 * 1024;  // of one catching-up step
};

class Hub {
 public:
  // Asks for a stretch of the log that the ring does not hold any more; the answer comes by log_read().
  using ReadLog = std::function<void(std::uint64_t subscriber, Seq after, std::vector<RoomKey> rooms)>;

  Hub(HubOptions options, Seq head, ReadLog read_log);

  void join(Subscriber& subscriber, const RoomKey& room);
  void leave(Subscriber& subscriber, const RoomKey& room);
  std::size_t rooms() const { return type_rooms_.size() + entity_rooms_.size(); }
  std::size_t audience(const DataSyncEvent& event) const;

  // The events of one group, in commit order. Nobody is sent anything before settle and flush.
  void publish(const std::vector<DataSyncEvent>& events);
  Seq head() const { return head_; }  // the newest commit published

  void settle();                      // batches to subscribers: before anyone joins, and once a turn
  void touch(Subscriber& subscriber);  // has something for this turn's flush
  void flush();                       // settle, then one frame for each touched subscriber

  void catch_up(Subscriber& subscriber);  // the next stretch for one that is behind, from the ring or the log
  // `events`: encoded, whole commits. `trimmed`: the log begins after it; it is resynced with a snapshot instead.
  void log_read(Subscriber& subscriber, const std::vector<std::string>& events, Seq up_to);

 private:
  struct Remembered {
    std::uint64_t ordinal;
    Seq seq;
    EntityKey key;
    std::string message;
  };
  HubOptions options_;
  Seq head_;
  ReadLog read_log_;
  std::unordered_map<EntityType, Room> type_rooms_;
  std::unordered_map<EntityKey, Room> entity_rooms_;
  std::vector<Room*> spoken_;  // rooms with a batch
  std::vector<Subscriber*> touched_;
  std::deque<Remembered> ring_;
  std::size_t ring_bytes_ = 0;
  Seq ring_floor_;  // the ring holds every event after this one
  std::uint64_t next_ordinal_ = 1;
};

}  // namespace coterie
