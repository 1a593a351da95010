// What one user may have over all connections: so many of them, so many messages a second whether they come
// by WebSocket or by HTTP, and so many HTTP requests under way. Goes by the user and not by the address,
// because a whole office may come from one. Thread: loop; plain code. Law 6.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_map>

#include "protocol/error.hpp"
#include "protocol/types.hpp"
#include "server/net/net_limits.hpp"
#include "server/net/net_state.hpp"

namespace coterie {

// What a user is told who goes over the rate.
Error too_many_messages(std::chrono::milliseconds wait);

class UserQuotas {
 public:
  explicit UserQuotas(const NetLimits& limits)
      : connections_(limits.connections_per_user),
        requests_(limits.requests_per_user),
        rate_(static_cast<double>(limits.messages_per_s)),
        burst_(static_cast<double>(limits.messages_burst)) {}

  bool enter(const UserId& user);  // a connection; false: the cap is reached
  void leave(const UserId& user);  // once for each enter() that was true

  // One message or request of that user. A time: too many, and when the next will be taken.
  std::optional<std::chrono::milliseconds> charge(const UserId& user, SteadyTime now);

  // One HTTP request, until the last copy of what it returns has gone; null: too many are under way. The
  // quotas outlive it.
  std::shared_ptr<void> begin_request(const UserId& user);

  // Forgets those who have nothing and owe nothing; looks at them every ten seconds only.
  void sweep(SteadyTime now);
  std::size_t size() const { return by_user_.size(); }

 private:
  struct Quota {
    std::size_t connections = 0;
    std::size_t requests = 0;
    double spent = 0;  // messages taken and not yet made up for by time
    SteadyTime counted{};
  };
  double owed(const Quota& quota, SteadyTime now) const;

  std::size_t connections_;  // 0: no cap, here and below
  std::size_t requests_;
  double rate_;
  double burst_;
  SteadyTime swept_{};
  std::unordered_map<UserId, Quota> by_user_;
};

}  // namespace coterie
