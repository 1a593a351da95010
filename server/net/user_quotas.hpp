// What one user may have over all connections: so many of them, and so many messages a second. Goes by the
// user and not by the address, because a whole office may come from one. Thread: loop; plain code. Law 6.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <unordered_map>

#include "protocol/types.hpp"
#include "server/net/net_limits.hpp"
#include "server/net/net_state.hpp"

namespace coterie {

class UserQuotas {
 public:
  explicit UserQuotas(const NetLimits& limits) : limits_(limits) {}

  bool enter(const UserId& user);  // a connection; false: the cap is reached
  void leave(const UserId& user);  // once for each enter() that was true

  // One message of a user that has entered. A time: too many, and when the next will be taken.
  std::optional<std::chrono::milliseconds> charge(const UserId& user, SteadyTime now);

 private:
  struct Quota {
    std::size_t connections = 0;
    double spent = 0;  // messages taken and not yet made up for by time
    SteadyTime counted{};
  };
  const NetLimits& limits_;
  std::unordered_map<UserId, Quota> by_user_;
};

}  // namespace coterie
