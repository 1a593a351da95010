// Read-only answers, each from one transaction, so that a page and its position tell of one moment.

#include <utility>

#include "storage/sqlite/entity_reads.hpp"
#include "storage/sqlite/history_reads.hpp"
#include "storage/sqlite/inbox_table.hpp"
#include "storage/sqlite/log_reads.hpp"
#include "storage/sqlite/named_reader_table.hpp"
#include "storage/sqlite/schema.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "storage/sqlite/store_files.hpp"
#include "storage/sqlite/transaction.hpp"

namespace coterie {
namespace {

class SqliteReader final : public Reader {
 public:
  SqliteReader(std::unique_ptr<Database> database, ResumeWindow window)
      : database_(std::move(database)),
        log_(*database_, std::move(window)),
        history_(*database_, log_),
        entities_(*database_, log_),
        readers_(*database_),
        inbox_(database_.get()) {}

  Result<Position> position() override {
    return at_one_moment([&] { return log_.position(); });
  }
  Result<Seq> resume_floor() override {
    return at_one_moment([&] { return log_.resume_floor(); });
  }
  Result<std::optional<Entity>> get(const EntityKey& key) override {
    return at_one_moment([&] { return entities_.get(key); });
  }
  Result<std::optional<Entity>> get_at(const EntityKey& key, Version version) override {
    return at_one_moment([&] { return entities_.get_at(key, version); });
  }
  Result<Page> list(const ListQuery& query) override {
    return at_one_moment([&] { return entities_.list(query); });
  }
  Result<HistoryPage> history(const HistoryQuery& query) override {
    return at_one_moment([&] { return history_.page(query); });
  }
  Result<Seq> purged() override {
    return at_one_moment([&] { return log_.purged(); });
  }
  Result<LogRest> rest_of_log(Seq after) override {
    return at_one_moment([&] { return history_.rest_of_log(after); });
  }
  Result<std::vector<NamedReader>> named_readers() override {
    return at_one_moment([&] { return readers_.all(); });
  }
  Result<std::optional<NamedReader>> named_reader(const ReaderName& name) override {
    return at_one_moment([&] { return readers_.find(name); });
  }
  Result<LogPage> log(const LogQuery& query) override {
    return at_one_moment([&] { return log_.log(query); });
  }
  Result<std::optional<Head>> head(const EntityKey& key) override {
    return at_one_moment([&] { return entities_.head(key); });
  }
  Result<std::vector<DataSyncEvent>> events_since(const EntityKey& key, Version after,
                                                  std::size_t most) override {
    return at_one_moment([&] { return log_.events_since(key, after, most); });
  }
  InboxReader& inbox() override { return inbox_; }

 private:
  template <class Ask>
  std::invoke_result_t<Ask> at_one_moment(Ask ask) {
    Transaction transaction(*database_, Transaction::Kind::read);
    if (!transaction.begun()) return transaction.begun().error();
    return ask();
  }

  std::unique_ptr<Database> database_;
  LogReads log_;
  HistoryReads history_;
  EntityReads entities_;
  NamedReaderTable readers_;
  InboxTable inbox_;
};

}  // namespace

Result<std::unique_ptr<Reader>> open_sqlite_reader(const SqliteOptions& options) {
  Result<std::unique_ptr<Database>> database =
      Database::open(database_file(options.directory), Database::Mode::read);
  if (!database) return database.error();
  if (Result<void> done = check_schema(**database, migrations()); !done) return done.error();
  return std::make_unique<SqliteReader>(std::move(*database), resume_window(options));
}

}  // namespace coterie
