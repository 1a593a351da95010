#include "storage/sqlite/log_reads.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "storage/batch_check.hpp"
#include "storage/commit_page.hpp"
#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"
#include "storage/sqlite/sql.hpp"

namespace coterie {
namespace {

constexpr std::size_t kMostLogRows = 20'000;  // rows in one call, so that no transaction is long

std::string select_log_events(std::string_view rest) {
  return "SELECT " + std::string(kEventColumns) + " FROM event " + std::string(rest);
}

Seq seq_before(Seq seq) { return Seq{seq.value() - 1}; }
Seq seq_behind(Seq seq) { return Seq{seq.value() + 1}; }  // of seqs that first_key() will clamp

// The rooms, ready to be asked about each row of the log. Refers to the query's texts.
class RoomSet {
 public:
  explicit RoomSet(const std::vector<RoomKey>& rooms) : all_(rooms.empty()) {
    for (const RoomKey& room : rooms) {
      if (room.id) {
        entities_.emplace(room.type.value(), room.id->value());
      } else {
        types_.insert(room.type.value());
      }
    }
  }
  bool only_entities() const { return !all_ && types_.empty(); }
  bool holds(std::string_view type, std::string_view id) const {
    return all_ || types_.contains(type) || entities_.contains({type, id});
  }

 private:
  bool all_;
  std::set<std::string_view> types_;
  std::set<std::pair<std::string_view, std::string_view>> entities_;
};

}  // namespace

Result<Seq> LogReads::last() {
  Query query(database_, "SELECT max(n) FROM event");
  if (query.next()) return query.is_null(0) ? Seq{} : seq_of_key(query.integer(0));
  if (Result<void> done = query.end(); !done) return done.error();
  return Seq{};
}

Result<Position> LogReads::position() {
  const Result<Seq> seq = last();
  if (!seq) return seq.error();
  Query query(database_, "SELECT value FROM meta WHERE key='epoch'");
  if (query.next()) return Position{Epoch{std::string(query.text(0))}, *seq};
  if (Result<void> done = query.end(); !done) return done.error();
  return broken_batch("the database has no epoch");
}

Result<std::uint64_t> LogReads::count_events() {
  Query mark(database_, "SELECT seq,events FROM mark ORDER BY seq DESC LIMIT 1");
  Seq seq;
  std::uint64_t events = 0;
  if (mark.next()) {
    seq = Seq{mark.number(0)};
    events = mark.number(1);
  }
  if (Result<void> done = mark.end(); !done) return done.error();
  Query rest(database_, "SELECT count(*) FROM event WHERE n>=?");
  rest.bind(first_key(seq_behind(seq)));
  if (rest.next()) return events + rest.number(0);
  return rest.end().error();
}

Result<Seq> LogReads::purged() {
  Query query(database_, "SELECT value FROM meta WHERE key='purged'");
  if (query.next()) return Seq{query.number(0)};
  if (Result<void> done = query.end(); !done) return done.error();
  return Seq{};
}

Result<Seq> LogReads::resume_floor() {
  const Result<Seq> window = window_floor();
  if (!window) return window.error();
  const Result<Seq> gone = purged();
  if (!gone) return gone.error();
  return std::max(*window, *gone);  // a window that was made longer does not bring back what had left it
}

Result<Seq> LogReads::window_floor() {
  const Result<std::uint64_t> events = count_events();
  if (!events) return events.error();
  const std::uint64_t least = *events > window_.events ? *events - window_.events : 0;
  Query query(database_, "SELECT seq FROM mark WHERE events>=? AND at>=? ORDER BY seq LIMIT 1");
  query.bind(least, ms_of(window_.now() - window_.age));
  if (query.next()) return Seq{query.number(0)};
  if (Result<void> done = query.end(); !done) return done.error();
  return last();  // all of it is too old, or there is none: only who has everything may go on
}

Result<std::optional<EntityRow>> LogReads::find_entity(const EntityKey& key) {
  Query query(database_, "SELECT eid,version FROM entity WHERE type=? AND id=?");
  query.bind(key.type.value(), key.id.value());
  if (query.next()) return EntityRow{query.integer(0), Version{query.number(1)}};
  if (Result<void> done = query.end(); !done) return done.error();
  return std::nullopt;
}

Result<std::vector<DataSyncEvent>> LogReads::versions(std::int64_t eid, Version after, Version up_to,
                                                      std::size_t most) {
  static const std::string kSql =
      select_log_events("WHERE eid=? AND version>? AND version<=? ORDER BY version LIMIT ?");
  Query query(database_, kSql);
  query.bind(eid, after.value(), up_to.value(), most);
  std::vector<DataSyncEvent> events;
  while (query.next()) events.push_back(read_event(query));
  if (Result<void> done = query.end(); !done) return done.error();
  return events;
}

Result<std::vector<DataSyncEvent>> LogReads::events_since(const EntityKey& key, Version after,
                                                          std::size_t most) {
  const Result<std::optional<EntityRow>> row = find_entity(key);
  if (!row) return row.error();
  if (!*row) return std::vector<DataSyncEvent>{};
  return versions((*row)->eid, after, (*row)->version, most);
}

// An entity's versions have no holes (those that were purged are its oldest) and grow with the log, so the
// place of a seq among them is found by halving; those who ask are mostly close behind, so the search widens
// from the newest. The version past the newest: none is after.
Result<Version> LogReads::first_version_after(const EntityRow& entity, Seq after) {
  const std::int64_t least = first_key(seq_behind(after));
  std::uint64_t high = entity.version.value() + 1;  // every version from here on is after
  std::uint64_t low = 1;                            // every version below may be before
  std::uint64_t reach = 1;
  while (low < high) {
    const std::uint64_t middle = reach < (high - low) / 2 ? high - reach : low + (high - low) / 2;
    Query query(database_, "SELECT n FROM event WHERE eid=? AND version=?");
    query.bind(entity.eid, middle);
    const bool found = query.next();
    if (Result<void> done = query.end(); !found && !done) return done.error();
    if (found && query.integer(0) >= least) {
      high = middle;
      reach *= 2;
    } else {
      low = middle + 1;
      reach = high;  // passed: from here on by halves
    }
  }
  return Version{high};
}

Result<LogPage> LogReads::log(const LogQuery& query) {
  const Result<Seq> head = last();
  if (!head) return head.error();
  if (query.after >= *head) return LogPage{{}, query.after, true};
  return RoomSet(query.rooms).only_entities() ? log_of_entities(query, *head) : log_by_scan(query, *head);
}

// The log's keys of these entities' events, in order, as many as a page can need. From the index alone.
Result<std::vector<std::int64_t>> LogReads::keys_of_rooms(const LogQuery& query) {
  // An entity has at most one event in a commit, and a page at least one whole commit.
  const std::size_t most = std::max<std::size_t>(query.most_events, kMaxEventsOfCommit) + 1;
  std::vector<std::int64_t> keys;
  for (const RoomKey& room : query.rooms) {
    const Result<std::optional<EntityRow>> entity = find_entity({room.type, *room.id});
    if (!entity) return entity.error();
    if (!*entity) continue;
    const Result<Version> first = first_version_after(**entity, query.after);
    if (!first) return first.error();
    Query rows(database_, "SELECT n FROM event WHERE eid=? AND version>=? ORDER BY version LIMIT ?");
    rows.bind((*entity)->eid, first->value(), most);
    while (rows.next()) keys.push_back(rows.integer(0));
    if (Result<void> done = rows.end(); !done) return done.error();
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());  // a room may be named twice
  return keys;
}

Result<LogPage> LogReads::log_of_entities(const LogQuery& query, Seq head) {
  const Result<std::vector<std::int64_t>> keys = keys_of_rooms(query);
  if (!keys) return keys.error();
  static const std::string kSql = select_log_events("WHERE n=?");
  CommitPage page(query.most_events, query.most_bytes);
  Query row(database_, kSql);
  for (const std::int64_t key : *keys) {
    row.again();
    row.bind(key);
    if (!row.next())
      return row.end() ? broken_batch("the log's index and the log differ") : row.end().error();
    if (!page.add(read_event(row))) return LogPage{page.take(), seq_before(seq_of_key(key)), false};
  }
  return LogPage{page.take(), head, true};
}

Result<LogPage> LogReads::log_by_scan(const LogQuery& query, Seq head) {
  const RoomSet rooms(query.rooms);
  static const std::string kSql = select_log_events("WHERE n>=? ORDER BY n");
  Query row(database_, kSql);
  row.bind(first_key(seq_behind(query.after)));
  CommitPage page(query.most_events, query.most_bytes);
  for (std::size_t scanned = 0; row.next(); ++scanned) {
    const Seq seq = seq_of_key(row.integer(0));
    if (scanned == kMostLogRows) {
      page.drop(seq);
      return LogPage{page.take(), seq_before(seq), false};
    }
    if (!rooms.holds(row.text(1), row.text(2))) continue;
    if (!page.add(read_event(row))) return LogPage{page.take(), seq_before(seq), false};
  }
  if (Result<void> done = row.end(); !done) return done.error();
  return LogPage{page.take(), head, true};
}

}  // namespace coterie
