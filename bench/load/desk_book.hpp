// What all desk users of a run together know: under which fences they were granted places and had edits
// acknowledged, and where each of them says to be.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bench/load/presence_picture.hpp"

namespace load {

class DeskBook {
 public:
  using Place = std::pair<std::string, std::string>;  // record, field

  // The highest fence granted of a place so far. Who asks after that must get a higher one.
  std::uint64_t highest(const Place& place) const;
  // `locked`: asked for when `asked_after` was the highest, by somebody who held `own` (0: nothing).
  Objection granted(const Place& place, std::uint64_t fence, std::uint64_t asked_after, std::uint64_t own);

  void sent(const std::string& mutation, std::uint64_t fence) { fences_[mutation] = fence; }
  std::uint64_t fence_of(const std::string& mutation) const;  // 0: sent without one
  void committed(const Place& place, std::uint64_t seq, std::uint64_t fence);
  // At rest: acknowledged edits of one field, in the order of their commits, are under fences that never
  // fall.
  std::vector<std::string> settle() const;

  PresencePicture said;

 private:
  std::map<Place, std::uint64_t> highest_;
  std::unordered_map<std::string, std::uint64_t> fences_;          // by mutation
  std::map<Place, std::map<std::uint64_t, std::uint64_t>> edits_;  // fence by seq
};

}  // namespace load
