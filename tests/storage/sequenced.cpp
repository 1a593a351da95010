#include "tests/storage/sequenced.hpp"

#include <atomic>
#include <optional>

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

LockPlace note_place(const std::string& id, const std::string& field) {
  return {{EntityType{"Note"}, EntityId{id}}, field.empty() ? FieldPath{} : FieldPath::parse(field).value()};
}

LockSubmission lock_of(std::uint64_t requester, const std::string& user, const std::string& id,
                       const std::string& field, bool steal) {
  return {Ticket{requester, RequestId{requester}},
          Author{UserId{user}, SessionId{"s-" + user}, ClientId{"c"}, user},
          Lock{note_place(id, field), std::nullopt, steal, std::nullopt}};
}

LockSubmission unlock_of(std::uint64_t requester, const std::string& user, const std::string& id,
                         const std::string& field, Fence fence) {
  return {Ticket{requester, RequestId{requester}},
          Author{UserId{user}, SessionId{"s-" + user}, ClientId{"c"}, user},
          Unlock{note_place(id, field), fence}};
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
