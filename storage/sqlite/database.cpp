#include "storage/sqlite/database.hpp"

#include <sqlite3.h>

#include <utility>

#include "storage/sqlite/functions.hpp"

namespace coterie {
namespace {

constexpr int kBusyMs = 5000;  // a reader that meets a recovery or a checkpoint's end waits inside
constexpr std::size_t kMostStatements = 200;  // lists with ever new filters must not pile up

// FULL is what an acknowledged commit needs to survive a power cut. The log is cut back after a long reader
// let it grow.
constexpr const char* kWriteSettings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000;"
    "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;";
constexpr const char* kReadSettings =
    "PRAGMA query_only=1; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;";

bool may_pass(int code) {
  return code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_FULL || code == SQLITE_NOMEM ||
         code == SQLITE_INTERRUPT;
}

Error error_of(sqlite3* handle, const std::filesystem::path& file) {
  Error error{ErrorCode::unavailable, "The database ", "", false, {}, {}};
  error.message += file.string();
  error.message += " could not be used: ";
  error.message += handle ? sqlite3_errmsg(handle) : "out of memory";
  error.message += " (SQLite " + std::to_string(sqlite3_extended_errcode(handle)) + ").";
  error.retry = may_pass(sqlite3_errcode(handle));
  return error;
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, Mode mode) {
  // Counting memory takes a mutex at each allocation. Must come before SQLite's first use; once is enough.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const int flags = SQLITE_OPEN_NOMUTEX |
                    (mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Database> database(new Database(file, handle));
  if (code != SQLITE_OK) return database->error();
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyMs);
  if (mode == Mode::read) database->keep_log_on_close();
  if (Result<void> done = database->run(mode == Mode::write ? kWriteSettings : kReadSettings); !done) {
    return done.error();
  }
  if (!register_functions(handle)) return database->error();
  return database;
}

Database::~Database() {
  finalize_statements();
  sqlite3_close(handle_);
}

void Database::finalize_statements() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  statements_.clear();
}

Result<void> Database::run(const char* script) {
  if (sqlite3_exec(handle_, script, nullptr, nullptr, nullptr) != SQLITE_OK) return error();
  return {};
}

sqlite3_stmt* Database::prepared(std::string_view sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return found->second;
  if (statements_.size() >= kMostStatements) {
    std::erase_if(statements_, [](const auto& entry) {
      if (sqlite3_stmt_busy(entry.second)) return false;
      sqlite3_finalize(entry.second);
      return true;
    });
  }
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                     nullptr);
  if (statement) statements_.emplace(sql, statement);
  return statement;
}

Error Database::error() const { return error_of(handle_, file_); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }

void Database::keep_log_on_close() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

}  // namespace coterie
