// The position noted beside the database now and then, so that a start can tell whether the database went
// back in time (a backup put in its place). It may lag behind by a second of commits; it never runs ahead.
// Thread: the writer's.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "protocol/types.hpp"

namespace coterie {

class PositionNote {
 public:
  explicit PositionNote(std::filesystem::path directory) : file_(std::move(directory) / "coterie.position") {}

  std::optional<Position> read() const;  // absent: no note, or not a whole one
  void write(
      const Position& position);  // at once; where it cannot be written, the next start begins a new epoch
  void write_sometimes(const Position& position);  // at most once a second

 private:
  std::filesystem::path file_;
  std::chrono::steady_clock::time_point written_{};
};

}  // namespace coterie
