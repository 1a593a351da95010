#include "server/sync/resume_rule.hpp"

namespace coterie {

ResumeDecision decide_resume(const Subscribe& request, const std::optional<Position>& hello,
                             const ResumeRange& window) {
  std::optional<Position> position = request.position;
  if (!position && !request.position_named) position = hello;
  if (!position) return {SubscriptionStatus::fresh, {}, {}};
  // A client ahead of the server saw commits that are no more: another history under the same name.
  if (position->epoch != window.epoch || position->seq > window.head) {
    return {SubscriptionStatus::resync, "epoch", {}};
  }
  if (position->rights != window.rights) return {SubscriptionStatus::resync, "rights", {}};
  if (position->seq < window.floor) return {SubscriptionStatus::resync, "trimmed", {}};
  return {SubscriptionStatus::recovered, {}, position->seq};
}

}  // namespace coterie
