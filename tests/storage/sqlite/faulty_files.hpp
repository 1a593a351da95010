// A file system for SQLite that fails on demand: writes to the write-ahead log as on a full disk, or its
// syncs. Made the default while it lives; the rest is the real one.
#pragma once

#include <sqlite3.h>

namespace coterie::testing {

class FaultyFiles {
 public:
  enum class Fault { none, log_full, log_sync_fails };

  FaultyFiles();
  ~FaultyFiles();
  FaultyFiles(const FaultyFiles&) = delete;
  FaultyFiles& operator=(const FaultyFiles&) = delete;

  void set(Fault fault);

 private:
  sqlite3_vfs vfs_;
};

}  // namespace coterie::testing
