#include "server/net/user_quotas.hpp"

#include <algorithm>
#include <cmath>

namespace coterie {
namespace {

constexpr std::chrono::seconds kSweep{10};

}  // namespace

Error too_many_messages(std::chrono::milliseconds wait) {
  Error error;
  error.code = ErrorCode::rate_limited;
  error.message = "Too many messages. Wait for retryAfterMs, then send it again.";
  error.retry = true;
  error.retry_after = wait;
  return error;
}

bool UserQuotas::enter(const UserId& user) {
  Quota& quota = by_user_[user];
  if (connections_ != 0 && quota.connections >= connections_) return false;
  ++quota.connections;
  return true;
}

// What the user has spent stays until time has made up for it: who comes back at once begins no new account.
void UserQuotas::leave(const UserId& user) { --by_user_.find(user)->second.connections; }

double UserQuotas::owed(const Quota& quota, SteadyTime now) const {
  const double elapsed = std::chrono::duration<double>(now - quota.counted).count();
  return std::max(0.0, quota.spent - std::max(0.0, elapsed) * rate_);
}

std::optional<std::chrono::milliseconds> UserQuotas::charge(const UserId& user, SteadyTime now) {
  if (rate_ == 0) return std::nullopt;
  Quota& quota = by_user_[user];
  quota.spent = owed(quota, now);
  quota.counted = now;
  const double over = quota.spent + 1 - burst_;
  if (over > 0) return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(1000 * over / rate_)));
  quota.spent += 1;
  return std::nullopt;
}

std::shared_ptr<void> UserQuotas::begin_request(const UserId& user) {
  Quota& quota = by_user_[user];
  if (requests_ != 0 && quota.requests >= requests_) return nullptr;
  ++quota.requests;
  return std::shared_ptr<void>(this, [user](void* quotas) {
    --static_cast<UserQuotas*>(quotas)->by_user_.find(user)->second.requests;
  });
}

void UserQuotas::sweep(SteadyTime now) {
  if (now < swept_ + kSweep) return;
  swept_ = now;
  std::erase_if(by_user_, [&](const auto& entry) {
    const Quota& quota = entry.second;
    return quota.connections == 0 && quota.requests == 0 && owed(quota, now) == 0;
  });
}

}  // namespace coterie
