#include "server/sync/in_flight.hpp"

#include "server/sync/refusal.hpp"

namespace coterie {

std::optional<Error> InFlight::begin(RequestId id, Kind kind, Time now, std::string_view type) {
  if (requests_.contains(id)) {
    return refusal(ErrorCode::id_reused,
                   "A request with this id still waits for its answer; give each request an id of its own.",
                   "id");
  }
  if (requests_.size() >= most_) {
    return refusal_for_now(ErrorCode::rate_limited,
                           "Too many requests wait for their answers; wait for some of them.",
                           std::chrono::milliseconds(100));
  }
  requests_.emplace(id, Request{kind, now, false, type});
  return std::nullopt;
}

const InFlight::Request* InFlight::find(RequestId id) const {
  const auto found = requests_.find(id);
  return found == requests_.end() ? nullptr : &found->second;
}

bool InFlight::end(RequestId id) {
  const auto found = requests_.find(id);
  if (found == requests_.end()) return true;
  const bool overdue = found->second.overdue;
  requests_.erase(found);
  return !overdue;
}

std::vector<RequestId> InFlight::sweep(Time now) {
  std::vector<RequestId> overdue;
  for (auto& [id, request] : requests_) {
    if (request.kind != Kind::edit || request.overdue || now - request.since < kMostDecisionTime) continue;
    request.overdue = true;
    overdue.push_back(id);
  }
  return overdue;
}

}  // namespace coterie
