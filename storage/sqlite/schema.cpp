#include "storage/sqlite/schema.hpp"

#include <array>
#include <string>

#include "storage/sqlite/query.hpp"
#include "storage/sqlite/transaction.hpp"

namespace coterie {
namespace {

// Marks the file as Coterie's ("CTRE"), so that another program's database is never migrated by mistake.
constexpr std::int64_t kApplicationId = 0x43545245;

// entity   the newest state of each record, tombstones too. `numbers`: what named sequences gave it, or NULL.
// event    the log. n = seq * 1024 + index within the commit. The index by (eid, version) costs what one on
// eid
//          alone does (versions grow with n), finds any version at once and asserts that none is written
//          twice.
// answer   n counts up without holes, so that the oldest are found and counted by it. (slot, mark) stands for
// (user,
//          mutation) at half the cost of an index on text: see answer_slot.hpp.
// mark     now and then: the log's length before a commit and that commit's time; tells how far back one may
// resume.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE entity(
  eid INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, deleted INTEGER NOT NULL,
  created_at INTEGER NOT NULL, created_by TEXT NOT NULL, updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL,
  numbers TEXT, doc TEXT NOT NULL,
  UNIQUE(type, id));

CREATE TABLE event(
  n INTEGER PRIMARY KEY, eid INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
  operation INTEGER NOT NULL, at INTEGER NOT NULL, user TEXT NOT NULL, session TEXT NOT NULL, client TEXT NOT NULL,
  mutation TEXT NOT NULL, cause INTEGER NOT NULL,
  fields_set TEXT NOT NULL, fields_unset TEXT NOT NULL, fields_old TEXT NOT NULL);
CREATE UNIQUE INDEX event_of_entity ON event(eid, version);

CREATE TABLE answer(
  n INTEGER PRIMARY KEY, slot INTEGER NOT NULL, mark INTEGER NOT NULL, user TEXT NOT NULL, mutation TEXT NOT NULL,
  content_high INTEGER NOT NULL, content_low INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
  body TEXT NOT NULL);
CREATE UNIQUE INDEX answer_slot ON answer(slot, mark);

CREATE TABLE sequence(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE mark(seq INTEGER PRIMARY KEY, events INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
)sql";

// unique_rule   the unique rules that are kept; `fields` is their stored_name(). A rule may have no values
// yet. unique_value  which live record holds a value: its key is the assertion that only one does. type_index
// the indexes on fields of a type: index_name(n) is on `entity`, over live records of the type alone.
constexpr const char* kTypeRules = R"sql(
CREATE TABLE unique_rule(type TEXT NOT NULL, fields TEXT NOT NULL, PRIMARY KEY(type, fields)) WITHOUT ROWID;
CREATE TABLE unique_value(
  type TEXT NOT NULL, fields TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY(type, fields, value)) WITHOUT ROWID;
CREATE TABLE type_index(n INTEGER PRIMARY KEY, type TEXT NOT NULL, fields TEXT NOT NULL, UNIQUE(type, fields));
)sql";

// conflict      one to be decided. What is long stands last, so that a list walks past it; the state's
// indexes
//               hold the few that are open, and the closed by their age.
// notification  a word to one user, until it is read and old; announcement: one to all, until it expires.
constexpr const char* kInbox = R"sql(
CREATE TABLE conflict(
  id INTEGER PRIMARY KEY, state INTEGER NOT NULL, type TEXT NOT NULL, entity TEXT NOT NULL, operation INTEGER NOT NULL,
  user TEXT NOT NULL, mutation TEXT NOT NULL, at INTEGER NOT NULL, base_version INTEGER NOT NULL,
  assignee TEXT, decided_by TEXT, decided_at INTEGER, resolution INTEGER, version INTEGER,
  content_high INTEGER NOT NULL, content_low INTEGER NOT NULL, epoch TEXT NOT NULL,
  fields TEXT NOT NULL, request TEXT NOT NULL, body TEXT NOT NULL);
CREATE UNIQUE INDEX conflict_of_mutation ON conflict(user, mutation);
CREATE INDEX conflict_open ON conflict(id) WHERE state=0;
CREATE INDEX conflict_closed ON conflict(decided_at) WHERE state<>0;
CREATE INDEX conflict_of_entity ON conflict(type, entity);

CREATE TABLE notification(
  id INTEGER PRIMARY KEY, user TEXT NOT NULL, kind TEXT NOT NULL, type TEXT, entity TEXT, version INTEGER NOT NULL,
  by_user TEXT NOT NULL, at INTEGER NOT NULL, read_at INTEGER, fields TEXT NOT NULL, details TEXT NOT NULL);
CREATE INDEX notification_of_user ON notification(user, id, read_at);
CREATE INDEX notification_read ON notification(read_at) WHERE read_at IS NOT NULL;

CREATE TABLE announcement(
  id INTEGER PRIMARY KEY, text TEXT NOT NULL, severity INTEGER NOT NULL, user TEXT NOT NULL, at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL);
)sql";

// block         the log in stretches: the key it begins with, how many events came before, and, once it is
// full,
//               between which times it lies. See block_index.hpp. Those of a log that was there before are
//               cut by 128 commits.
// type_block    in which blocks a type occurs.
// reader        the named readers of all changes, and up to where each has acknowledged them.
// search_index  for each type that is searched: the fields, and the id up to which it has been filled (NULL:
// it is
//               complete). Its words stand in a table search_text_N of its own, made when it is configured.
constexpr const char* kHistory = R"sql(
CREATE TABLE block(first INTEGER PRIMARY KEY, events INTEGER NOT NULL, at_least INTEGER, at_most INTEGER);
CREATE TABLE type_block(type TEXT NOT NULL, first INTEGER NOT NULL, PRIMARY KEY(type, first)) WITHOUT ROWID;
INSERT INTO block(first, events, at_least, at_most)
  SELECT part, sum(number) OVER (ORDER BY part) - number, at_least, at_most FROM
    (SELECT (n >> 17) << 17 AS part, count(*) AS number, min(at) AS at_least, max(at) AS at_most FROM event GROUP BY 1);
UPDATE block SET at_least=NULL, at_most=NULL WHERE first=(SELECT max(first) FROM block);
INSERT INTO type_block(type, first) SELECT DISTINCT type, (n >> 17) << 17 FROM event;

CREATE TABLE reader(name TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL, created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE search_index(id INTEGER PRIMARY KEY, type TEXT NOT NULL UNIQUE, fields TEXT NOT NULL, filled TEXT);
)sql";

constexpr std::array<Migration, 4> kMigrations{{{1, kVersion1}, {2, kTypeRules}, {3, kInbox}, {4, kHistory}}};

Error refused(const Database& database, std::string_view why) {
  Error error{ErrorCode::unavailable, "The database ", "", false, {}, {}};
  error.message.append(database.file().string()).append(" ").append(why);
  return error;
}

Result<std::int64_t> pragma(Database& database, std::string_view sql) {
  Query query(database, sql);
  if (query.next()) return query.integer(0);
  if (Result<void> done = query.end(); !done) return done.error();
  return 0;
}

struct DatabaseStamp {
  std::int64_t application;
  std::int64_t version;
  std::int64_t tables;
};

Result<DatabaseStamp> read_stamp(Database& database) {
  const Result<std::int64_t> application = pragma(database, "PRAGMA application_id");
  if (!application) return application.error();
  const Result<std::int64_t> version = pragma(database, "PRAGMA user_version");
  if (!version) return version.error();
  const Result<std::int64_t> tables = pragma(database, "SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  return DatabaseStamp{*application, *version, *tables};
}

Error newer(const Database& database, std::int64_t found, int known) {
  return refused(database, "has schema version " + std::to_string(found) + ", this program knows up to " +
                               std::to_string(known) + ": run the newer coterie that made it.");
}

Result<void> take_step(Database& database, const Migration& step) {
  Transaction transaction(database, Transaction::Kind::write);
  if (!transaction.begun()) return transaction.begun().error();
  if (Result<void> done = database.run(step.sql); !done) return done.error();
  const std::string stamp = "PRAGMA application_id=" + std::to_string(kApplicationId) +
                            "; PRAGMA user_version=" + std::to_string(step.version) + ";";
  if (Result<void> done = database.run(stamp.c_str()); !done) return done.error();
  return transaction.commit();
}

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

Result<void> migrate(Database& database, std::span<const Migration> steps) {
  const Result<DatabaseStamp> stamp = read_stamp(database);
  if (!stamp) return stamp.error();
  if (stamp->application != kApplicationId && stamp->tables > 0) {
    return refused(database, "was not made by coterie: name another data directory.");
  }
  if (stamp->version > steps.back().version) return newer(database, stamp->version, steps.back().version);
  for (const Migration& step : steps) {
    if (step.version <= stamp->version) continue;
    if (Result<void> done = take_step(database, step); !done) return done.error();
  }
  return {};
}

Result<void> check_schema(Database& database, std::span<const Migration> steps) {
  const Result<DatabaseStamp> stamp = read_stamp(database);
  if (!stamp) return stamp.error();
  if (stamp->application != kApplicationId) return refused(database, "was not made by coterie.");
  if (stamp->version > steps.back().version) return newer(database, stamp->version, steps.back().version);
  if (stamp->version < steps.back().version) {
    return refused(database,
                   "has an older schema: open it once with `coterie serve` to bring it up to date.");
  }
  return {};
}

}  // namespace coterie
