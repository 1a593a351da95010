#include "server/ops/limit_hits.hpp"

#include "server/ops/metrics.hpp"

namespace coterie {

void LimitHits::note(std::string_view limit, const UserId& user) {
  metrics_.limit_hit(limit);
  const Timestamp now = now_();
  const auto count = [&](Hits& hits) {
    ++hits.count;
    hits.last = now;
  };
  count(by_limit_[std::string(limit)]);
  if (user.value().empty()) return;
  const auto [place, fresh] = places_.try_emplace({user, std::string(limit)});
  if (fresh) {
    place->second = by_user_.insert(by_user_.begin(), UserRow{user, std::string(limit), {}});
  } else {
    by_user_.splice(by_user_.begin(), by_user_, place->second);
  }
  count(by_user_.front().hits);
  if (by_user_.size() <= kMostRows) return;
  places_.erase({by_user_.back().user, by_user_.back().limit});
  by_user_.pop_back();
}

}  // namespace coterie
