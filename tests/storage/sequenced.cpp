#include "tests/storage/sequenced.hpp"

#include <atomic>

namespace coterie::testing {

SequencerOptions quick_options() {
  SequencerOptions options;
  options.now = [] { return Timestamp{std::chrono::milliseconds{1'795'406'400'000}}; };
  options.make_id = [next = 0]() mutable { return EntityId{"made-" + std::to_string(++next)}; };
  return options;
}

Submission submission(std::uint64_t requester, const std::string& user, const Wish& wish) {
  return Submission{Ticket{requester, RequestId{requester}},
                    Author{UserId{user}, SessionId{"s-" + user}, ClientId{"c"}}, mutation_of(wish)};
}

SnapshotRequest snapshot_of(std::uint64_t requester, const std::string& type) {
  SnapshotRequest request;
  request.ticket = Ticket{requester, RequestId{requester}};
  request.subscription = SubscriptionId{1};
  request.query.type = EntityType{type};
  return request;
}

Error store_error(bool retry) {
  Error error;
  error.code = ErrorCode::unavailable;
  error.message = "broken on purpose";
  error.retry = retry;
  return error;
}

}  // namespace coterie::testing
