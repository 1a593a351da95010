// The HTTP requests under way: each is a requester that lives until its one answer, or until its time is
// over. To the services it is like a session that asks once. Thread: loop. Laws 6, 7.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <unordered_map>

#include "protocol/messages.hpp"
#include "server/sync/query_service.hpp"
#include "server/sync/requester.hpp"

namespace coterie {

class Metrics;

class HttpRequests {
 public:
  using Clock = std::chrono::steady_clock;
  using Dispatch = std::function<void(Requester&, ClientMessage)>;
  using Done = std::function<void(Answer)>;

  // `now` is steady time. `post` runs a function on the loop, in a later turn.
  HttpRequests(Dispatch dispatch, RequesterTable& requesters, Post post, Metrics& metrics,
               std::function<Clock::time_point()> now, std::chrono::milliseconds most_time);
  ~HttpRequests();

  // `done` is called exactly once: with the answer, or with `unavailable` when none came in time.
  void ask(const Author& author, ClientBody body, Done done);

  void expire();  // answers those whose time is over; called a few times a second
  std::size_t under_way() const { return by_number_.size(); }

 private:
  class OneRequest;
  void finished(std::uint64_t number);

  Dispatch dispatch_;
  RequesterTable& requesters_;
  Post post_;
  Metrics& metrics_;
  std::function<Clock::time_point()> now_;
  std::chrono::milliseconds most_time_;
  std::unordered_map<std::uint64_t, std::shared_ptr<OneRequest>> by_number_;
};

}  // namespace coterie
