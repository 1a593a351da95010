#include "storage/sqlite/sqlite_store.hpp"

#include <sqlite3.h>

#include <optional>
#include <system_error>
#include <utility>

#include "storage/batch_check.hpp"
#include "storage/sqlite/answer_table.hpp"
#include "storage/sqlite/batch_writer.hpp"
#include "storage/sqlite/directory_lock.hpp"
#include "storage/sqlite/entity_reads.hpp"
#include "storage/sqlite/epoch.hpp"
#include "storage/sqlite/free_disk.hpp"
#include "storage/sqlite/history_reads.hpp"
#include "storage/sqlite/inbox_table.hpp"
#include "storage/sqlite/named_reader_table.hpp"
#include "storage/sqlite/position_note.hpp"
#include "storage/sqlite/purger.hpp"
#include "storage/sqlite/query.hpp"
#include "storage/sqlite/schema.hpp"
#include "storage/sqlite/search_filler.hpp"
#include "storage/sqlite/store_files.hpp"
#include "storage/sqlite/transaction.hpp"

namespace coterie {
namespace {

// One opening of the database, with all that reads and writes through it.
struct Opened {
  Opened(std::unique_ptr<Database> opened, const ResumeWindow& window, const SearchFields& searched,
         std::uint64_t answer_seed)
      : database(std::move(opened)),
        log(*database, window),
        history(*database, log),
        entities(*database, log),
        readers(*database),
        answers(*database, answer_seed),
        rules(*database),
        inbox(database.get()),
        writer(*database, log, answers, rules, inbox, window),
        purger(*database),
        search(*database, log, searched) {}

  std::unique_ptr<Database> database;  // first: closed last
  LogReads log;
  HistoryReads history;
  EntityReads entities;
  NamedReaderTable readers;
  AnswerTable answers;
  RuleTables rules;
  InboxTable inbox;
  BatchWriter writer;
  Purger purger;
  SearchFiller search;
  std::optional<Transaction> group;  // last: taken back before anything else goes
};

class SqliteStore final : public Store {
 public:
  SqliteStore(const SqliteOptions& options, DirectoryLock lock)
      : options_(options),
        lock_(std::move(lock)),
        disk_(options.directory, options.least_free_bytes),
        note_(options.directory) {}
  ~SqliteStore() override {
    if (opened_) note_.write(position_);
  }

  Result<void> start();

  Result<Position> position() override {
    return with([&](Opened& o) { return o.log.position(); });
  }
  Result<Seq> resume_floor() override {
    return with([&](Opened& o) { return o.log.resume_floor(); });
  }
  Result<std::optional<Entity>> get(const EntityKey& key) override {
    return with([&](Opened& o) { return o.entities.get(key); });
  }
  Result<std::optional<Entity>> get_at(const EntityKey& key, Version version) override {
    return with([&](Opened& o) { return o.entities.get_at(key, version); });
  }
  Result<Page> list(const ListQuery& query) override {
    return with([&](Opened& o) { return o.entities.list(query); });
  }
  Result<HistoryPage> history(const HistoryQuery& query) override {
    return with([&](Opened& o) { return o.history.page(query); });
  }
  Result<Seq> purged() override {
    return with([&](Opened& o) { return o.log.purged(); });
  }
  Result<LogRest> rest_of_log(Seq after) override {
    return with([&](Opened& o) { return o.history.rest_of_log(after); });
  }
  Result<std::vector<NamedReader>> named_readers() override {
    return with([&](Opened& o) { return o.readers.all(); });
  }
  Result<std::optional<NamedReader>> named_reader(const ReaderName& name) override {
    return with([&](Opened& o) { return o.readers.find(name); });
  }
  Result<LogPage> log(const LogQuery& query) override {
    return with([&](Opened& o) { return o.log.log(query); });
  }
  Result<std::optional<Head>> head(const EntityKey& key) override {
    return with([&](Opened& o) { return o.entities.head(key); });
  }
  Result<std::optional<Head>> first_match(const Match& match) override {
    return with([&](Opened& o) { return o.entities.first_match(match); });
  }
  Result<std::vector<DataSyncEvent>> events_since(const EntityKey& key, Version after,
                                                  std::size_t most) override {
    return with([&](Opened& o) { return o.log.events_since(key, after, most); });
  }
  Result<std::optional<StoredAnswer>> answer(const UserId& user, const MutationId& id) override {
    return with([&](Opened& o) { return o.answers.find(user, id); });
  }
  Result<std::uint64_t> sequence(const std::string& name) override;
  InboxStore& inbox() override { return opened_ ? opened_->inbox : no_inbox_; }
  Result<std::optional<EntityId>> unique_holder(const UniqueKey& key) override {
    return with([&](Opened& o) { return o.rules.holder(key); });
  }
  Result<std::vector<RuleChange>> adopt(const TypeTable& types) override;
  void begin() override;
  void release() override {
    if (opened_) opened_->group.reset();
  }
  Result<void> commit(const Batch& batch) override;
  Result<Seq> recover() override;
  Result<bool> trim_answers(Timestamp before, std::uint64_t most_kept) override;
  Result<PurgeDone> purge(const PurgeStep& step) override;
  Result<SearchProgress> fill_search() override;
  Result<void> configure_search(const SearchFields& fields) override;

 private:
  Result<void> open();
  Result<void> commit_group(Opened& opened, const Batch& batch);
  Result<void> take_back(Opened& opened, Error cause);

  template <class Ask>
  std::invoke_result_t<Ask, Opened&> with(Ask ask) {
    if (!opened_) return closed();
    return ask(*opened_);
  }
  static Error closed() {
    return {ErrorCode::unavailable, "The database is being opened anew.", "", false, {}, {}};
  }

  SqliteOptions options_;
  DirectoryLock lock_;  // before the database: let go after it is closed
  FreeDisk disk_;
  PositionNote note_;
  InboxTable no_inbox_{nullptr};  // while it is not open
  std::optional<Opened> opened_;
  Position position_;     // of the newest commit that is known to be durable
  bool unknown_ = false;  // how the last commit ended: recover() finds out
};

Result<void> SqliteStore::start() {
  if (Result<void> done = open(); !done) return done;
  Result<Position> found = opened_->log.position();
  if (!found) return found.error();
  position_ = *found;
  if (position_went_back(*found, note_.read())) {
    Result<Epoch> fresh = begin_epoch(*opened_->database);
    if (!fresh) return fresh.error();
    position_.epoch = std::move(*fresh);
  }
  note_.write(position_);
  return {};
}

Result<void> SqliteStore::open() {
  Result<std::unique_ptr<Database>> database =
      Database::open(database_file(options_.directory), Database::Mode::write);
  if (!database) return database.error();
  if (Result<void> done = migrate(**database, migrations()); !done) return done;
  const Result<std::uint64_t> seed = prepare_meta(**database);
  if (!seed) return seed.error();
  opened_.emplace(std::move(*database), resume_window(options_), options_.search, *seed);
  Result<void> done = opened_->writer.load();
  if (done) done = opened_->search.load();
  if (!done) opened_.reset();
  return done;
}

Result<std::uint64_t> SqliteStore::sequence(const std::string& name) {
  if (!opened_) return closed();
  Query query(*opened_->database, "SELECT value FROM sequence WHERE name=?");
  query.bind(name);
  if (query.next()) return query.number(0);
  if (Result<void> done = query.end(); !done) return done.error();
  return 0;
}

Result<std::vector<RuleChange>> SqliteStore::adopt(const TypeTable& types) {
  if (!opened_ || unknown_ || opened_->group) return closed();
  Transaction transaction(*opened_->database, Transaction::Kind::write);
  if (!transaction.begun()) return transaction.begun().error();
  Result<std::vector<RuleChange>> changes = opened_->rules.adopt(types);
  if (!changes || changes->empty()) return changes;  // taken back, or nothing to keep
  if (Result<void> done = transaction.commit(); !done) {
    unknown_ = true;  // as with a batch: the next commit finds out
    return done.error();
  }
  return changes;
}

// A transaction for the whole group: its questions then find the locks taken.
void SqliteStore::begin() {
  if (!opened_ || unknown_ || opened_->group) return;
  opened_->group.emplace(*opened_->database, Transaction::Kind::write);
}

Result<void> SqliteStore::commit(const Batch& batch) {
  begin();
  if (!opened_ || unknown_) return closed();
  Result<void> done = commit_group(*opened_, batch);
  opened_->group.reset();
  return done;
}

Result<void> SqliteStore::commit_group(Opened& opened, const Batch& batch) {
  Transaction& transaction = *opened.group;
  if (!transaction.begun()) return transaction.begun().error();
  const Result<BatchPlan> plan = check_batch(batch, position_.seq);
  if (!plan) return plan.error();
  if (Result<void> done = disk_.check(); !done) return done;

  if (Result<void> done = opened.writer.write(batch, *plan); !done) {
    transaction.roll_back();
    return take_back(opened, done.error());
  }
  if (Result<void> done = transaction.commit(); !done) {
    // Only where the disk was full is it sure that nothing of it will ever be there: any other failure here
    // may be that of a sync, after which neither the file nor the kernel says what is on the disk.
    const bool full = sqlite3_errcode(opened.database->handle()) == SQLITE_FULL;
    unknown_ = !full;
    transaction.roll_back();
    return take_back(opened, done.error());
  }
  if (!batch.events.empty()) position_.seq = batch.events.back().seq;
  note_.write_sometimes(position_);
  return {};
}

// After a failure within the transaction: the error for the caller, `retry` where the batch is surely not
// there.
Result<void> SqliteStore::take_back(Opened& opened, Error cause) {
  opened.writer.taken_back();
  if (!unknown_) unknown_ = opened.database->in_transaction() || !opened.writer.load();
  if (unknown_) cause.retry = false;
  return cause;
}

Result<bool> SqliteStore::trim_answers(Timestamp before, std::uint64_t most_kept) {
  if (!opened_ || unknown_) return closed();
  Result<bool> more = opened_->answers.trim(before, most_kept);
  // Nobody waits for it, but a later commit would stand in the log behind what a failed sync may have lost.
  if (!more) unknown_ = true;
  return more;
}

Result<PurgeDone> SqliteStore::purge(const PurgeStep& step) {
  if (!opened_ || unknown_) return closed();
  PurgeStep within = step;
  if (const std::optional<Seq> searched = opened_->search.position()) {
    within.limit = std::min(within.limit, *searched);  // the index has still to learn of what comes behind
  }
  return opened_->purger.purge(within, unknown_);
}

Result<SearchProgress> SqliteStore::fill_search() {
  if (!opened_ || unknown_) return closed();
  return opened_->search.step(unknown_);
}

Result<void> SqliteStore::configure_search(const SearchFields& fields) {
  options_.search = fields;
  if (!opened_ || unknown_) return closed();
  Result<void> done = opened_->search.configure(fields);
  if (!done) unknown_ = true;  // recover() opens with these fields
  return done;
}

Result<Seq> SqliteStore::recover() {
  if (opened_) opened_->database->keep_log_on_close();
  opened_.reset();
  if (Result<void> done = open(); !done) return done.error();
  // A write of its own: it takes the place of what a failed sync may have left in the log, and shows that the
  // disk works.
  if (Result<void> done = note_recovery(*opened_->database); !done) {
    opened_.reset();
    return done.error();
  }
  Result<Position> found = opened_->log.position();
  if (!found) return found.error();
  position_ = std::move(*found);
  unknown_ = false;
  return position_.seq;
}

Error directory_error(const std::filesystem::path& directory, const std::error_code& cause) {
  return {ErrorCode::unavailable,
          "The data directory " + directory.string() + " cannot be made: " + cause.message() + ".",
          "",
          false,
          {},
          {}};
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options) {
  std::error_code failure;
  if (std::filesystem::create_directories(options.directory, failure)) {
    // Ours alone: it holds everybody's records.
    std::filesystem::permissions(options.directory, std::filesystem::perms::owner_all, failure);
  }
  if (failure) return directory_error(options.directory, failure);
  Result<DirectoryLock> lock = DirectoryLock::take(options.directory);
  if (!lock) return lock.error();
  auto store = std::make_unique<SqliteStore>(options, std::move(*lock));
  if (Result<void> done = store->start(); !done) return done.error();
  return store;
}

}  // namespace coterie
