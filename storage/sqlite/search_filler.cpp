#include "storage/sqlite/search_filler.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"
#include "storage/sqlite/search_reads.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/stored_json.hpp"

namespace coterie {
namespace {

constexpr std::size_t kMostRecords = 64;   // taken in by one step
constexpr std::size_t kMostEvents = 2000;  // looked at by one step
constexpr std::chrono::seconds kStoreEach{1};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

}  // namespace

Result<void> SearchFiller::read_indexes() {
  indexes_.clear();
  Query rows(database_, "SELECT id,type,fields,filled FROM search_index ORDER BY id");
  while (rows.next()) {
    Index index;
    index.id = rows.integer(0);
    index.type = EntityType{std::string(rows.text(1))};
    const auto configured = fields_.find(index.type);
    if (configured != fields_.end() && fields_text(configured->second) == rows.text(2)) {
      index.fields = configured->second;
    }
    if (!rows.is_null(3)) index.filled = std::string(rows.text(3));
    const std::string table = search_table_name(index.id);
    index.insert = "INSERT OR REPLACE INTO " + table + "(rowid,words) VALUES(?,?)";
    index.remove = "DELETE FROM " + table + " WHERE rowid=?";
    index.select = "SELECT words FROM " + table + " WHERE rowid=?";
    indexes_.push_back(std::move(index));
  }
  return rows.end();
}

Result<void> SearchFiller::make_index(const EntityType& type, const std::vector<FieldPath>& fields) {
  const std::string text = fields_text(fields);
  Query add(database_, "INSERT INTO search_index(type,fields,filled) VALUES(?,?,'') RETURNING id");
  add.bind(type.value(), text);
  if (!add.next()) return add.end();
  const std::string sql = "CREATE VIRTUAL TABLE " + search_table_name(add.integer(0)) +
                          " USING fts5(words, detail=none, columnsize=0, prefix='2 3', tokenize='ascii')";
  if (Result<void> done = add.run(); !done) return done;
  return database_.run(sql.c_str());
}

Result<void> SearchFiller::load() {
  if (Result<void> done = read_indexes(); !done) return done;
  if (indexes_.empty() && fields_.empty()) return {};
  const bool fresh =
      std::all_of(indexes_.begin(), indexes_.end(), [](const Index& i) { return i.fields.empty(); });
  std::set<EntityType> kept;
  Transaction transaction(database_, Transaction::Kind::write);
  if (!transaction.begun()) return transaction.begun();
  for (const Index& index : indexes_) {
    if (!index.fields.empty()) {
      kept.insert(index.type);
      continue;
    }
    const std::string drop = "DROP TABLE " + search_table_name(index.id);
    if (Result<void> done = database_.run(drop.c_str()); !done) return done;
    Query forget(database_, "DELETE FROM search_index WHERE id=?");
    forget.bind(index.id);
    if (Result<void> done = forget.run(); !done) return done;
  }
  for (const auto& [type, fields] : fields_) {
    if (fields.empty() || kept.contains(type)) continue;
    if (Result<void> done = make_index(type, fields); !done) return done;
  }
  if (fresh) {  // all are filled from the records as they are now
    Query last(database_, "SELECT coalesce(max(n),0) FROM event");
    if (!last.next()) return last.end();
    if (Result<void> done = store_position(last.integer(0)); !done) return done;
  } else {
    Query place(database_, "SELECT CAST(value AS INTEGER) FROM meta WHERE key='searched'");
    if (place.next()) position_ = stored_ = place.integer(0);
  }
  if (Result<void> done = transaction.commit(); !done) return done;
  return read_indexes();
}

std::optional<Seq> SearchFiller::position() const {
  if (indexes_.empty()) return std::nullopt;
  return seq_of_key(position_);
}

Result<void> SearchFiller::store_position(std::int64_t position) {
  const std::string text = std::to_string(position);
  Query store(database_, "INSERT OR REPLACE INTO meta(key,value) VALUES('searched',?)");
  store.bind(text);
  if (Result<void> done = store.run(); !done) return done;
  position_ = stored_ = position;
  stored_at_ = std::chrono::steady_clock::now();
  return {};
}

// The records that the log tells of behind the position, each once, up to the key where it stopped.
Result<std::vector<SearchFiller::Record>> SearchFiller::changed_records(std::int64_t& up_to, bool& more) {
  std::vector<Record> records;
  std::set<std::int64_t> seen;
  Query rows(database_, "SELECT n,eid,type FROM event WHERE n>? ORDER BY n LIMIT ?");
  rows.bind(position_, kMostEvents);
  std::size_t looked = 0;
  while (records.size() < kMostRecords && rows.next()) {
    ++looked;
    up_to = rows.integer(0);
    const auto index = std::find_if(indexes_.begin(), indexes_.end(),
                                    [&](const Index& i) { return i.type.value() == rows.text(2); });
    if (index == indexes_.end() || !seen.insert(rows.integer(1)).second) continue;
    records.push_back({rows.integer(1), static_cast<std::size_t>(index - indexes_.begin())});
  }
  more = looked == kMostEvents || records.size() == kMostRecords;
  if (!more) {
    if (Result<void> done = rows.end(); !done) return done.error();
  }
  return records;
}

Result<std::vector<SearchFiller::Record>> SearchFiller::records_to_fill(Index& index, std::size_t at,
                                                                        std::optional<std::string>& filled) {
  std::vector<Record> records;
  Query rows(database_, "SELECT eid,id FROM entity WHERE type=? AND id>? ORDER BY id LIMIT ?");
  rows.bind(index.type.value(), *index.filled, kMostRecords);
  while (rows.next()) {
    records.push_back({rows.integer(0), at});
    filled = std::string(rows.text(1));
  }
  if (Result<void> done = rows.end(); !done) return done.error();
  if (records.size() < kMostRecords) filled.reset();
  return records;
}

// The record as it is now. Most edits do not touch what is searched: then nothing is written.
Result<void> SearchFiller::take_in(const Record& record) {
  const Index& index = indexes_[record.index];
  Query row(database_, "SELECT deleted,doc FROM entity WHERE eid=?");
  row.bind(record.eid);
  if (!row.next()) return row.end();
  std::string words;
  if (row.integer(0) == 0) {
    const Result<boost::json::object> document = parse_stored_object(row.text(1));
    if (!document) return document.error();
    words = joined(searched_words(*document, index.fields));
  }
  Query known(database_, index.select);
  known.bind(record.eid);
  const bool there = known.next();
  if (!there) {
    if (Result<void> done = known.end(); !done) return done;
  }
  if (there ? known.text(0) == words : words.empty()) return {};
  known.again();  // its row is about to be written
  Query write(database_, words.empty() ? index.remove : index.insert);
  write.bind(record.eid);
  if (!words.empty()) write.bind(words);
  return write.run();
}

template <class Work>
Result<void> SearchFiller::in_transaction(bool& failed_commit, Work work) {
  Transaction transaction(database_, Transaction::Kind::write);
  if (!transaction.begun()) return transaction.begun();
  if (Result<void> done = work(); !done) return done;
  Result<void> done = transaction.commit();
  if (!done) failed_commit = true;
  return done;
}

Result<SearchProgress> SearchFiller::step(bool& failed_commit) {
  SearchProgress progress;
  if (indexes_.empty()) return progress;
  progress.follows = true;
  for (std::size_t at = 0; at < indexes_.size(); ++at) {
    Index& index = indexes_[at];
    if (!index.filled) continue;
    std::optional<std::string> filled = index.filled;
    const Result<std::vector<Record>> records = records_to_fill(index, at, filled);
    if (!records) return records.error();
    const Result<void> done = in_transaction(failed_commit, [&]() -> Result<void> {
      for (const Record& record : *records) {
        if (Result<void> taken = take_in(record); !taken) return taken;
      }
      Query note(database_, "UPDATE search_index SET filled=? WHERE id=?");
      if (filled) {
        note.bind(*filled, index.id);
      } else {
        note.bind(nullptr, index.id);
      }
      return note.run();
    });
    if (!done) return done.error();
    index.filled = std::move(filled);
    progress.more = true;
    break;
  }

  std::int64_t up_to = position_;
  bool more = false;
  const Result<std::vector<Record>> records = changed_records(up_to, more);
  if (!records) return records.error();
  const bool overdue = up_to != stored_ && std::chrono::steady_clock::now() - stored_at_ >= kStoreEach;
  if (!records->empty() || overdue) {
    const std::int64_t before = position_, stored = stored_;
    const Result<void> done = in_transaction(failed_commit, [&]() -> Result<void> {
      for (const Record& record : *records) {
        if (Result<void> taken = take_in(record); !taken) return taken;
      }
      return store_position(up_to);
    });
    if (!done) {
      position_ = before;
      stored_ = stored;
      return done.error();
    }
  }
  position_ = up_to;
  progress.more = progress.more || more;
  const Result<Seq> last = log_.last();
  if (!last) return last.error();
  progress.lag = last->value() - std::min(last->value(), seq_of_key(position_).value());
  return progress;
}

}  // namespace coterie
