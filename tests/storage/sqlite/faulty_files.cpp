#include "tests/storage/sqlite/faulty_files.hpp"

#include <string_view>

namespace coterie::testing {
namespace {

// One at a time, as SQLite knows one default file system.
sqlite3_vfs* real = nullptr;
FaultyFiles::Fault fault = FaultyFiles::Fault::none;
const sqlite3_io_methods* real_log = nullptr;  // how a log file is really written
sqlite3_io_methods faulty_log;

int write_log(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  if (fault == FaultyFiles::Fault::log_full) return SQLITE_FULL;
  return real_log->xWrite(file, data, size, offset);
}

int sync_log(sqlite3_file* file, int flags) {
  if (fault == FaultyFiles::Fault::log_sync_fails) return SQLITE_IOERR_FSYNC;
  return real_log->xSync(file, flags);
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  const int code = real->xOpen(real, name, file, flags, out_flags);
  if (code == SQLITE_OK && name && std::string_view(name).ends_with("-wal")) {
    real_log = file->pMethods;
    faulty_log = *real_log;
    faulty_log.xWrite = write_log;
    faulty_log.xSync = sync_log;
    file->pMethods = &faulty_log;
  }
  return code;
}

}  // namespace

FaultyFiles::FaultyFiles() {
  real = sqlite3_vfs_find(nullptr);
  fault = Fault::none;
  vfs_ = *real;
  vfs_.zName = "faulty";
  vfs_.xOpen = open_file;
  sqlite3_vfs_register(&vfs_, 1);
}

FaultyFiles::~FaultyFiles() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real, 1);
}

void FaultyFiles::set(Fault next) { fault = next; }

}  // namespace coterie::testing
