#include "server/net/user_quotas.hpp"

#include <algorithm>
#include <cmath>

namespace coterie {

bool UserQuotas::enter(const UserId& user) {
  Quota& quota = by_user_[user];
  if (limits_.connections_per_user != 0 && quota.connections >= limits_.connections_per_user) return false;
  ++quota.connections;
  return true;
}

void UserQuotas::leave(const UserId& user) {
  const auto found = by_user_.find(user);
  if (--found->second.connections == 0) by_user_.erase(found);
}

std::optional<std::chrono::milliseconds> UserQuotas::charge(const UserId& user, SteadyTime now) {
  if (limits_.messages_per_s == 0) return std::nullopt;
  Quota& quota = by_user_[user];
  const auto rate = static_cast<double>(limits_.messages_per_s);
  const double elapsed = std::chrono::duration<double>(now - quota.counted).count();
  quota.counted = now;
  quota.spent = std::max(0.0, quota.spent - elapsed * rate);
  const double over = quota.spent + 1 - static_cast<double>(limits_.messages_burst);
  if (over > 0) return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(1000 * over / rate)));
  quota.spent += 1;
  return std::nullopt;
}

}  // namespace coterie
