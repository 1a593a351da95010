#include "storage/sqlite/rows.hpp"

#include <algorithm>
#include <utility>

#include "protocol/wire_limits.hpp"
#include "storage/batch_check.hpp"
#include "storage/stored_json.hpp"

namespace coterie {
namespace {

static_assert(kMaxEventsOfCommit == 1024);
constexpr int kIndexBits = 10;
constexpr std::uint64_t kMaxSeq = kMaxInteger;  // its keys still fit 63 bits

EntityMeta read_meta(const Query& row) {
  return {{EntityType{std::string(row.text(0))}, EntityId{std::string(row.text(1))}},
          Version{row.number(2)},
          time_of(row.integer(3)),
          UserId{std::string(row.text(4))},
          time_of(row.integer(5)),
          UserId{std::string(row.text(6))}};
}

}  // namespace

Timestamp time_of(std::int64_t ms) { return Timestamp{std::chrono::milliseconds{ms}}; }
std::int64_t ms_of(Timestamp time) { return time.time_since_epoch().count(); }

std::int64_t first_key(Seq seq) {
  return static_cast<std::int64_t>(std::min(seq.value(), kMaxSeq) << kIndexBits);
}
std::int64_t key_of(const DataSyncEvent& event) { return first_key(event.seq) | event.index; }
Seq seq_of_key(std::int64_t key) { return Seq{static_cast<std::uint64_t>(key) >> kIndexBits}; }

Entity read_entity(const Query& row) { return {read_meta(row), std::string(row.text(7))}; }

Result<Head> read_head(const Query& row) {
  Head head;
  head.meta = read_meta(row);
  head.deleted = row.integer(8) != 0;
  if (!head.deleted) {
    Result<boost::json::object> data = parse_stored_object(row.text(7));
    if (!data) return data.error();
    head.data = std::move(*data);
  }
  if (!row.is_null(9)) {
    Result<boost::json::object> numbers = parse_stored_object(row.text(9));
    if (!numbers) return numbers.error();
    head.numbers = std::move(*numbers);
  }
  return head;
}

DataSyncEvent read_event(const Query& row) {
  const std::int64_t key = row.integer(0);
  DataSyncEvent event;
  event.seq = seq_of_key(key);
  event.index = static_cast<std::uint32_t>(key & (kMaxEventsOfCommit - 1));
  event.key = {EntityType{std::string(row.text(1))}, EntityId{std::string(row.text(2))}};
  event.version = Version{row.number(3)};
  event.operation = static_cast<EventOperation>(row.integer(4));
  event.timestamp = time_of(row.integer(5));
  event.user_id = UserId{std::string(row.text(6))};
  event.session_id = SessionId{std::string(row.text(7))};
  event.client_id = ClientId{std::string(row.text(8))};
  event.mutation_id = MutationId{std::string(row.text(9))};
  event.cause = static_cast<Cause>(row.integer(10));
  event.set = row.text(11);
  event.unset = row.text(12);
  event.old = row.text(13);
  return event;
}

}  // namespace coterie
