// The embedded store: one SQLite database in WAL mode with synchronous=FULL, one writing connection that
// alone checkpoints, and read-only readers. The schema has a version; opening migrates it. An epoch file
// beside the database notes the last seq, so that a start that finds less begins a new epoch. Thread: as
// Store; open_reader() may be called from any thread, its Reader stays on that one.
#pragma once

#include <filesystem>
#include <memory>

#include "storage/search_text.hpp"
#include "storage/store.hpp"

namespace coterie {

struct SqliteOptions {
  std::filesystem::path directory;  // made when absent; holds coterie.db and coterie.position
  std::chrono::milliseconds resume_age{24LL * 3600 * 1000};
  std::uint64_t resume_events = 1'000'000;
  std::uint64_t least_free_bytes = 64ULL * 1024 * 1024;  // writes are refused before the disk is full
  std::function<Timestamp()> now;                        // for the age of the resume window
  SearchFields search;  // what of each type can be searched; another setting fills its index anew
};

// Errors: unavailable, with a message that names the path and the cause (locked by another process, newer
// schema).
Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options);
Result<std::unique_ptr<Reader>> open_sqlite_reader(const SqliteOptions& options);

}  // namespace coterie
