// One connection to a SQLite database, with its prepared statements, which live as long as it does.
// Thread: one at a time; a connection is opened without SQLite's own mutex.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace coterie {

class Database {
 public:
  enum class Mode {
    write,  // the one that writes and checkpoints; makes the file when absent
    read,   // read-only, never checkpoints, not even as the last to close
  };

  // Error: as error(), naming the path.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs a script without parameters.
  Result<void> run(const char* script);

  // The statement for this text, prepared once and kept (a bounded number of them). Null: see error().
  // Belongs to one Query at a time.
  sqlite3_stmt* prepared(std::string_view sql);

  // What the last failed call on this connection tells: unavailable, with the path and SQLite's own words.
  // `retry` where the cause may pass (busy, full).
  Error error() const;

  bool in_transaction() const;
  std::int64_t changes() const;  // rows changed by the last statement
  sqlite3* handle() const { return handle_; }
  const std::filesystem::path& file() const { return file_; }

  // The next close leaves the write-ahead log as it is: after a failed sync it must not be moved into the
  // database.
  void keep_log_on_close();

 private:
  Database(std::filesystem::path file, sqlite3* handle) : file_(std::move(file)), handle_(handle) {}
  void finalize_statements();

  std::filesystem::path file_;
  sqlite3* handle_;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

}  // namespace coterie
