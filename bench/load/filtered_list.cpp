#include "bench/load/filtered_list.hpp"

#include <fmt/format.h>

namespace load {

Objection FilteredList::enter(const std::string& entity, bool may_repeat) {
  if (ids_.insert(entity).second || may_repeat) return std::nullopt;
  return fmt::format("{} entered a list that it was in", entity);
}

Objection FilteredList::gone(const std::string& entity, bool may_repeat) {
  if (ids_.erase(entity) == 1 || may_repeat) return std::nullopt;
  return fmt::format("{} went from a list that it was not in", entity);
}

std::vector<std::string> FilteredList::differences(
    const std::unordered_map<std::string, std::uint64_t>& known,
    const std::unordered_map<std::string, std::uint64_t>& query) const {
  std::vector<std::string> out;
  for (const std::string& id : ids_) {
    const auto found = query.find(id);
    if (found == query.end()) {
      out.push_back(fmt::format("{} is in the list and not in its query", id));
      continue;
    }
    const auto held = known.find(id);
    const std::uint64_t version = held == known.end() ? 0 : held->second;
    if (version != found->second) {
      out.push_back(
          fmt::format("{} is in the list at version {}, in its query at {}", id, version, found->second));
    }
  }
  for (const auto& [id, version] : query) {
    if (!ids_.contains(id)) out.push_back(fmt::format("{} is in the query and not in the list", id));
  }
  return out;
}

}  // namespace load
