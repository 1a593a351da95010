// Writes what must be there before the users come in: records, and, where memory is to be judged, so much
// that the server's caches (of past events, of pages, of newest states) have their full size and cannot be
// taken for growth.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "bench/load/world.hpp"

namespace load {

class Seeder {
 public:
  // Begins at once: `records` of the run, then edits of `fill_mib` MiB of text on records of a type of their
  // own.
  Seeder(World& world, std::size_t records, std::size_t fill_mib);
  bool done() const { return answered_ == records_ + fills_; }

 private:
  void send_some();
  void send(std::size_t number);
  void take(std::string_view message);

  World& world_;
  std::size_t records_;
  std::size_t fills_;
  std::size_t sent_ = 0;
  std::size_t answered_ = 0;
  std::unique_ptr<Connection> connection_;
};

}  // namespace load
