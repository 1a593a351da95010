#include "storage/sqlite/answer_table.hpp"

#include <algorithm>

#include "storage/sqlite/answer_slot.hpp"
#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"

namespace coterie {
namespace {

constexpr std::int64_t kMostTrimmed = 1000;  // at once: a short transaction

}  // namespace

Result<std::optional<StoredAnswer>> AnswerTable::find(const UserId& user, const MutationId& id) {
  const AnswerSlot slot = answer_slot(seed_, user, id);
  Query query(database_,
              "SELECT content_high,content_low,body,seq,at FROM answer WHERE slot=? AND mark=? AND user=? "
              "AND mutation=?");
  query.bind(slot.slot, slot.mark, user.value(), id.value());
  if (query.next()) {
    return StoredAnswer{user,
                        id,
                        ContentHash{query.number(0), query.number(1)},
                        std::string(query.text(2)),
                        Seq{query.number(3)},
                        time_of(query.integer(4))};
  }
  if (Result<void> done = query.end(); !done) return done.error();
  return std::nullopt;
}

Result<void> AnswerTable::add(const StoredAnswer& answer) {
  const AnswerSlot slot = answer_slot(seed_, answer.user, answer.id);
  Query query(database_,
              "INSERT INTO answer(slot,mark,user,mutation,content_high,content_low,body,seq,at) "
              "VALUES(?,?,?,?,?,?,?,?,?)");
  query.bind(slot.slot, slot.mark, answer.user.value(), answer.id.value());
  query.bind(static_cast<std::int64_t>(answer.content.high), static_cast<std::int64_t>(answer.content.low));
  query.bind(answer.body, answer.seq.value(), ms_of(answer.at));
  return query.run();
}

Result<bool> AnswerTable::trim(Timestamp before, std::uint64_t most_kept) {
  Query range(database_, "SELECT min(n),(SELECT max(n) FROM answer) FROM answer");
  if (!range.next()) return range.end().error();
  if (range.is_null(0)) return false;
  const std::int64_t oldest = range.integer(0);
  const auto kept = static_cast<std::uint64_t>(range.integer(1) - oldest + 1);
  const std::int64_t end = oldest + kMostTrimmed;  // behind the last one to go

  std::int64_t least = oldest;  // that stays: those beyond the number go whatever their age
  if (kept > most_kept)
    least = oldest + static_cast<std::int64_t>(std::min<std::uint64_t>(kept - most_kept, kMostTrimmed));
  Query young(database_, "SELECT n FROM answer WHERE n>=? AND n<? AND at>=? ORDER BY n LIMIT 1");
  young.bind(least, end, ms_of(before));
  const bool found = young.next();
  if (!found && !young.end()) return young.end().error();
  const std::int64_t first_kept = found ? young.integer(0) : end;
  if (first_kept == oldest) return false;

  Query remove(database_, "DELETE FROM answer WHERE n<?");
  remove.bind(first_kept);
  if (Result<void> done = remove.run(); !done) return done.error();
  return first_kept == end && kept > static_cast<std::uint64_t>(kMostTrimmed);
}

}  // namespace coterie
