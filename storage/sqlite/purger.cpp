#include "storage/sqlite/purger.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"
#include "storage/sqlite/transaction.hpp"

namespace coterie {

Result<std::vector<Purger::Record>> Purger::records(const PurgeStep& step) {
  std::vector<Record> found;
  const std::string after = step.after ? step.after->value() : std::string();
  Query rows(database_, "SELECT eid,id,version FROM entity WHERE type=? AND id>? ORDER BY id LIMIT ?");
  rows.bind(step.type.value(), after, step.most_records);
  while (rows.next()) found.push_back({rows.integer(0), std::string(rows.text(1)), Version{rows.number(2)}});
  if (Result<void> done = rows.end(); !done) return done.error();
  return found;
}

// From the oldest on, as long as each may go: what is left has no hole.
Result<Purger::Old> Purger::old_versions(const PurgeStep& step, const Record& record, std::size_t most) {
  const std::uint64_t newest = record.newest.value();
  const std::uint64_t kept = std::max<std::uint64_t>(step.retention.versions.value_or(newest), 1);
  const std::uint64_t beyond = newest > kept ? newest - kept : 0;  // too many: up to this version
  const std::int64_t end = first_key(Seq{step.limit.value() + 1});
  Old old{record.eid, 0, 0, 0};
  Query rows(database_, "SELECT version,n,at FROM event WHERE eid=? AND version<? ORDER BY version LIMIT ?");
  rows.bind(record.eid, newest, most);
  while (rows.next()) {
    const bool too_old = step.retention.age && time_of(rows.integer(2)) < step.now - *step.retention.age;
    if (rows.integer(1) >= end || (!too_old && rows.number(0) > beyond)) return old;
    old.up_to = rows.number(0);
    old.last_key = rows.integer(1);
    ++old.events;
  }
  if (Result<void> done = rows.end(); !done) return done.error();
  return old;
}

Result<void> Purger::remove(const std::vector<Old>& old) {
  std::int64_t last = 0;
  for (const Old& one : old) {
    Query remove(database_, "DELETE FROM event WHERE eid=? AND version<=?");
    remove.bind(one.eid, one.up_to);
    if (Result<void> done = remove.run(); !done) return done;
    last = std::max(last, one.last_key);
  }
  const std::string seq = std::to_string(seq_of_key(last).value());
  Query note(database_,
             "INSERT INTO meta(key,value) VALUES('purged',?1) ON CONFLICT(key) DO UPDATE SET value=?1 "
             "WHERE CAST(?1 AS INTEGER)>CAST(value AS INTEGER)");
  note.bind(seq);
  return note.run();
}

Result<PurgeDone> Purger::purge(const PurgeStep& step, bool& failed_commit) {
  PurgeDone done;
  const Result<std::vector<Record>> looked_at = records(step);
  if (!looked_at) return looked_at.error();
  std::vector<Old> old;
  for (const Record& record : *looked_at) {
    if (done.events >= step.most_events) break;
    const Result<Old> found = old_versions(step, record, step.most_events - done.events);
    if (!found) return found.error();
    done.events += found->events;
    if (found->events > 0) old.push_back(*found);
    if (done.events >= step.most_events) break;  // there may be more of this one
    done.next = EntityId{record.id};
  }
  const bool stopped_early = done.events >= step.most_events;
  if (stopped_early && !done.next) done.next = step.after.value_or(EntityId{});
  if (!stopped_early && looked_at->size() < step.most_records) done.next.reset();
  if (old.empty()) return done;

  Transaction transaction(database_, Transaction::Kind::write);
  if (!transaction.begun()) return transaction.begun().error();
  if (Result<void> removed = remove(old); !removed) return removed.error();
  if (Result<void> committed = transaction.commit(); !committed) {
    failed_commit = true;
    return committed.error();
  }
  return done;
}

}  // namespace coterie
