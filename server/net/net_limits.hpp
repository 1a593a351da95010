// The bounds of the bytes side: sizes, counts and times of connections. Each has an answer when it is passed.
// Law 6.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace coterie {

struct NetLimits {
  std::size_t header_bytes = 16 * 1024;        // 431
  std::size_t headers = 100;                   // 431
  std::size_t target_bytes = 8 * 1024;         // 414
  std::size_t fragments = 1024;                // of one message: 1008
  std::size_t control_frames_per_s = 20;       // 1008
  std::size_t control_frames_burst = 100;      // 1008
  std::size_t outbox_bytes = 1024 * 1024;      // of a session: reads on from the log
  std::size_t connections = 50'000;            // in all: 503
  std::size_t connections_per_address = 1000;  // 429; 0: no cap
  std::size_t connections_per_user = 50;       // 4102; 0: no cap
  std::size_t messages_per_s = 50;             // of a user: rate_limited, then 4102; 0: no cap
  std::size_t messages_burst = 200;
  std::size_t requests_per_user = 64;  // HTTP requests of a user under way: 429; 0: no cap
  std::size_t descriptors_reserve = 64;

  std::chrono::milliseconds request_time{10'000};  // a handshake or a request as a whole: 408
  std::chrono::milliseconds hello_time{10'000};    // open to hello: 4201
  std::chrono::milliseconds heartbeat{30'000};     // a ping where nothing was said for so long
  std::chrono::milliseconds silence{60'000};       // no answer and no progress: 4202
  std::chrono::milliseconds token_grace{30'000};   // after its token ended: 4205
  std::chrono::milliseconds keep_alive{60'000};    // between two HTTP requests
  std::chrono::milliseconds close_time{5'000};     // from our close frame to the end of the connection
  std::chrono::milliseconds hold_back{250};        // who goes over the rate waits for the next read
  std::chrono::milliseconds accept_pause{100};     // when descriptors run out
  std::chrono::milliseconds sweep{250};            // how exact all these times are

  // Who may open a WebSocket from a browser, besides pages of this server itself: "https://app.example".
  std::vector<std::string> allowed_origins;
  // Whose word on the client's address, scheme and host is believed: addresses and networks.
  std::vector<std::string> trusted_proxies;
  // Answers only to the machine's own names, whatever a proxy says it was reached by. Where anybody may sign
  // in as anyone: a page of elsewhere could let its own name point here, and say the same as a proxy.
  bool own_names_only = false;
};

}  // namespace coterie
