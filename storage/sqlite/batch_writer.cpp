#include "storage/sqlite/batch_writer.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "protocol/json.hpp"
#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"

namespace coterie {
namespace {

constexpr std::size_t kMostEids = 50'000;
constexpr std::uint64_t kMarksInWindow = 1000;  // the window's length is known to a thousandth

}  // namespace

Result<void> BatchWriter::load() {
  Query eid(database_, "SELECT max(eid) FROM entity");
  if (!eid.next()) return eid.end();
  last_eid_ = eid.integer(0);
  const Result<std::uint64_t> total = log_.count_events();
  if (!total) return total.error();
  marks_ = Marks{false, 0, {}, *total};
  Query mark(database_, "SELECT events,at FROM mark ORDER BY seq DESC LIMIT 1");
  if (mark.next()) {
    marks_.any = true;
    marks_.events = mark.number(0);
    marks_.at = time_of(mark.integer(1));
  }
  if (Result<void> done = mark.end(); !done) return done;
  return blocks_.load();
}

void BatchWriter::taken_back() { eids_.clear(); }

Result<void> BatchWriter::write(const Batch& batch, const BatchPlan& plan) {
  std::vector<std::int64_t> eids;
  eids.reserve(batch.heads.size());
  for (std::size_t i = 0; i < batch.heads.size(); ++i) {
    const Result<std::int64_t> eid = write_head(batch.heads[i], plan.previous[i]);
    if (!eid) return eid.error();
    eids.push_back(*eid);
  }
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    const DataSyncEvent& event = batch.events[i];
    if (event.index == 0) {
      if (Result<void> done = mark_before(event); !done) return done;
    }
    if (Result<void> done = write_event(event, eids[plan.head_of_event[i]]); !done) return done;
    if (Result<void> done = blocks_.note(event); !done) return done;
    ++marks_.total;
  }
  for (const StoredAnswer& answer : batch.answers) {
    if (Result<void> done = answers_.add(answer); !done) return done;
  }
  for (const SequenceValue& sequence : batch.sequences) {
    if (Result<void> done = write_sequence(sequence); !done) return done;
  }
  for (const NamedReaderChange& change : batch.readers) {
    if (Result<void> done = write_reader(change); !done) return done;
  }
  for (const UniqueChange& change : batch.uniques) {
    if (Result<void> done = rules_.write(change); !done) return done;
  }
  if (!batch.inbox.empty()) return inbox_.write(batch.inbox);
  return {};
}

Result<std::int64_t> BatchWriter::find_eid(const EntityKey& key) {
  if (const auto found = eids_.find(key); found != eids_.end()) return found->second;
  const Result<std::optional<EntityRow>> row = log_.find_entity(key);
  if (!row) return row.error();
  if (!*row) return broken_batch("an entity that the change rests on does not exist");
  return (*row)->eid;
}

Result<std::int64_t> BatchWriter::write_head(const Head& head, Version previous) {
  std::int64_t eid = 0;
  if (previous == Version{}) {
    eid = last_eid_ + 1;
    if (Result<void> done = insert_head(head, eid); !done) return done.error();
    last_eid_ = eid;
  } else {
    const Result<std::int64_t> found = find_eid(head.meta.key);
    if (!found) return found.error();
    eid = *found;
    if (Result<void> done = update_head(head, eid, previous); !done) return done.error();
  }
  if (eids_.size() >= kMostEids) eids_.clear();
  eids_.insert_or_assign(head.meta.key, eid);
  return eid;
}

Result<void> BatchWriter::insert_head(const Head& head, std::int64_t eid) {
  const std::string data = head.deleted ? std::string() : to_json_text(head.data);
  const std::string numbers = to_json_text(head.numbers);
  const EntityMeta& meta = head.meta;
  Query query(database_,
              "INSERT INTO "
              "entity(eid,type,id,version,deleted,created_at,created_by,updated_at,updated_by,doc,numbers) "
              "VALUES(?,?,?,?,?,?,?,?,?,?,nullif(?,'{}'))");
  query.bind(eid, meta.key.type.value(), meta.key.id.value(), meta.version.value(), head.deleted ? 1 : 0);
  query.bind(ms_of(meta.created_at), meta.created_by.value(), ms_of(meta.updated_at),
             meta.updated_by.value());
  query.bind(data, numbers);
  return query.run();
}

Result<void> BatchWriter::update_head(const Head& head, std::int64_t eid, Version previous) {
  const std::string data = head.deleted ? std::string() : to_json_text(head.data);
  const std::string numbers = to_json_text(head.numbers);
  const EntityMeta& meta = head.meta;
  Query query(
      database_,
      "UPDATE entity SET version=?,deleted=?,created_at=?,created_by=?,updated_at=?,updated_by=?,doc=?,"
      "numbers=nullif(?,'{}') WHERE eid=? AND version=?");
  query.bind(meta.version.value(), head.deleted ? 1 : 0);
  query.bind(ms_of(meta.created_at), meta.created_by.value(), ms_of(meta.updated_at),
             meta.updated_by.value());
  query.bind(data, numbers, eid, previous.value());
  if (Result<void> done = query.run(); !done) return done;
  if (database_.changes() != 1)
    return broken_batch("an entity is not at the version that the change rests on");
  return {};
}

Result<void> BatchWriter::write_event(const DataSyncEvent& event, std::int64_t eid) {
  Query query(database_,
              "INSERT INTO event(n,eid,type,id,version,operation,at,user,session,client,mutation,cause,"
              "fields_set,fields_unset,fields_old) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  query.bind(key_of(event), eid, event.key.type.value(), event.key.id.value(), event.version.value());
  query.bind(static_cast<int>(event.operation), ms_of(event.timestamp), event.user_id.value());
  query.bind(event.session_id.value(), event.client_id.value(), event.mutation_id.value());
  query.bind(static_cast<int>(event.cause), event.set, event.unset, event.old);
  return query.run();
}

Result<void> BatchWriter::write_sequence(const SequenceValue& sequence) {
  Query query(database_,
              "INSERT INTO sequence(name,value) VALUES(?,?) "
              "ON CONFLICT(name) DO UPDATE SET value=excluded.value WHERE excluded.value>value");
  query.bind(sequence.name, sequence.value);
  if (Result<void> done = query.run(); !done) return done;
  if (database_.changes() != 1) return broken_batch("a number is given twice");
  return {};
}

Result<void> BatchWriter::write_reader(const NamedReaderChange& change) {
  const NamedReader& reader = change.reader;
  if (change.forget) {
    Query forget(database_, "DELETE FROM reader WHERE name=?");
    forget.bind(reader.name.value());
    return forget.run();
  }
  Query query(database_,
              "INSERT OR REPLACE INTO reader(name,epoch,seq,created_at,seen_at) VALUES(?,?,?,?,?)");
  query.bind(reader.name.value(), reader.acknowledged.epoch.value(), reader.acknowledged.seq.value());
  query.bind(ms_of(reader.created_at), ms_of(reader.seen_at));
  return query.run();
}

Result<void> BatchWriter::mark_before(const DataSyncEvent& first_of_commit) {
  const bool due =
      !marks_.any ||
      marks_.total - marks_.events >= std::max<std::uint64_t>(window_.events / kMarksInWindow, 1) ||
      first_of_commit.timestamp - marks_.at >= window_.age / kMarksInWindow;
  if (!due) return {};
  Query add(database_, "INSERT INTO mark(seq,events,at) VALUES(?,?,?)");
  add.bind(first_of_commit.seq.value() - 1, marks_.total, ms_of(first_of_commit.timestamp));
  if (Result<void> done = add.run(); !done) return done;
  marks_.any = true;
  marks_.events = marks_.total;
  marks_.at = first_of_commit.timestamp;
  // Of those out of reach the newest stays: the log is counted from it.
  Query trim(database_, "DELETE FROM mark WHERE (events<? OR at<?) AND seq<(SELECT max(seq) FROM mark)");
  trim.bind(marks_.total > window_.events ? marks_.total - window_.events : 0);
  trim.bind(ms_of(first_of_commit.timestamp - window_.age));
  return trim.run();
}

}  // namespace coterie
