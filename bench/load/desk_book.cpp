#include "bench/load/desk_book.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace load {

std::uint64_t DeskBook::highest(const Place& place) const {
  const auto found = highest_.find(place);
  return found == highest_.end() ? 0 : found->second;
}

Objection DeskBook::granted(const Place& place, std::uint64_t fence, std::uint64_t asked_after,
                            std::uint64_t own) {
  std::uint64_t& highest = highest_[place];
  highest = std::max(highest, fence);
  if (fence == own || fence > asked_after) return std::nullopt;
  return fmt::format("{} {} was granted under fence {} when {} had been granted before", place.first,
                     place.second, fence, asked_after);
}

std::uint64_t DeskBook::fence_of(const std::string& mutation) const {
  const auto found = fences_.find(mutation);
  return found == fences_.end() ? 0 : found->second;
}

void DeskBook::committed(const Place& place, std::uint64_t seq, std::uint64_t fence) {
  if (fence != 0) edits_[place][seq] = fence;
}

std::vector<std::string> DeskBook::settle() const {
  std::vector<std::string> out;
  for (const auto& [place, edits] : edits_) {
    std::uint64_t before = 0;
    for (const auto& [seq, fence] : edits) {
      if (fence < before) {
        out.push_back(fmt::format("{} {} was edited at seq {} under fence {}, after an edit under fence {}",
                                  place.first, place.second, seq, fence, before));
      }
      before = fence;
    }
  }
  return out;
}

}  // namespace load
