// The recent past, encoded: what those who come back or fell behind are told without asking the database.
// Bounded by events and by bytes, searched by seq. Thread: loop. Laws 3, 6.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/sync/interest.hpp"

namespace coterie {

// Whole commits after a position. Valid until the ring is added to.
struct Stretch {
  std::vector<PastMessage> messages;
  Seq up_to;  // all that was wanted up to here is in `messages`
  std::size_t scanned = 0;
  std::size_t bytes = 0;
  bool at_end = false;  // of the ring
};

struct StretchLimits {
  std::size_t bytes = 256 * 1024;
  std::size_t scanned = 5000;  // events looked at; the commit in which a limit falls is finished
};

class EventRing {
 public:
  EventRing(std::size_t most_events, std::size_t most_bytes, Seq head);

  struct Body {
    EntityKey key;
    std::string message;
    std::vector<Transition> transitions = {};  // what it did to the filters that were watched
    std::string enter_tail = {};               // where one of them was entered
    std::vector<VeiledText> veiled = {};       // for those of their readers who may not see all of it
  };
  void add(Seq seq, const EventHash& hash, Body body);
  Seq floor() const { return floor_; }  // every event after this one is here
  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_; }
  Seq floor_of_last(std::size_t events) const;  // the last `events` events of the ring are all after this one
  // `after` is not below floor(); `head` is the newest commit, which a stretch that reaches the end reaches.
  Stretch read(Seq after, const Interest& interest, const StretchLimits& limits, Seq head) const;

 private:
  struct Entry {  // small, because catching up looks at many and takes few
    Seq seq;
    EventHash hash;
    std::unique_ptr<Body> body;
  };
  static std::size_t size_of(const Entry& entry);
  std::size_t first_after(Seq seq) const;

  std::size_t most_events_;
  std::size_t most_bytes_;
  std::deque<Entry> entries_;
  std::size_t bytes_ = 0;
  Seq floor_;
};

}  // namespace coterie
