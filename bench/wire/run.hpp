// One measurement of delivery: N subscribers in one room, a publisher that releases a burst at a fixed
// interval, and what the server spent. Run once with the subscribers and once without: the difference is the
// delivery.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/wire/child.hpp"
#include "bench/wire/peer.hpp"
#include "bench/wire/percentiles.hpp"

namespace bench {

struct Load {
  int subscribers = 100;
  int burst = 20;  // messages released together
  int interval_ms = 10;
  double seconds = 5;
  std::size_t message_bytes = 200;  // of the payload that changes; an event is about 100 more
  int documents = 20;
  int stalled = 0;  // readers besides, who read nothing until all is published
};

struct Figures {
  long published = 0;
  long delivered = 0;
  long expected = 0;
  double cpu_seconds = 0;  // of the server
  Percentiles latency;     // from release to arrival, of those who read
  double wall_seconds = 0;
  long most_resident = 0;           // bytes of the server, meanwhile
  long stalled_delivered = 0;       // afterwards, to the stalled ones together
  bool stalled_in_order = true;     // each message to each of them once, oldest first
  double stalled_wall_seconds = 0;  // what catching up took
};

Figures run(const Peer& peer, const Child& server, const Load& load);

}  // namespace bench
