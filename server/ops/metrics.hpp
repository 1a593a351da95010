// The figures an operator watches, in the names of /metrics. Each part counts its own; this is only where
// they stand. Thread: any (counters are atomic); text() on the loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace coterie {

class Metrics {
 public:
  Metrics();
  ~Metrics();

  void connection_opened(std::string_view transport);  // "websocket", "http"
  void connection_closed(std::string_view transport);
  void closed(std::uint16_t code);
  void rooms(std::size_t now);
  void subscriptions(std::size_t now);
  void bytes_queued(std::size_t now);
  void edit(std::string_view outcome);  // committed, repeated, conflict, or the code of the refusal
  void group(std::size_t edits, std::chrono::microseconds commit_time);
  void delivered(std::size_t events, std::chrono::microseconds since_commit);  // once a turn
  void caught_up(std::string_view from);                                       // "ring", "log", "snapshot"
  void resumed(std::string_view result);                                       // recovered, resync, fresh
  void read(std::chrono::microseconds waited, std::chrono::microseconds took, bool slow);
  void search_lag(std::uint64_t commits);  // that full-text search does not know of yet
  void purged(std::size_t events);         // by age or number
  void error(std::string_view code);
  void limit_hit(std::string_view limit);
  void tls_handshake(std::string_view outcome);  // done, failed, too_slow
  void certificate(std::chrono::system_clock::time_point not_after);
  void request(std::string_view type, std::chrono::microseconds took);
  void conflicts_open(std::uint64_t now);
  void notification(std::string_view kind);

  void locks(std::size_t now);
  void lock_request(std::string_view outcome);  // locked, denied, unlocked, or the code of the error
  void lock_change(std::string_view state);     // acquired, released, expired, taken
  void presence(std::size_t now);

  void sign_in(std::string_view outcome);        // signed_in, refused, rate_limited
  void token_refresh(std::string_view outcome);  // refreshed, refused, reused

  std::string text();  // Prometheus exposition format 0.0.4

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace coterie
