// What the store and its readers make of the same options.
// Thread: any; pure.
#pragma once

#include <chrono>
#include <filesystem>

#include "storage/sqlite/log_reads.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace coterie {

inline std::filesystem::path database_file(const std::filesystem::path& directory) {
  return directory / "coterie.db";
}

inline ResumeWindow resume_window(const SqliteOptions& options) {
  const auto wall_clock = [] {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  };
  return {options.resume_age, options.resume_events, options.now ? options.now : wall_clock};
}

}  // namespace coterie
