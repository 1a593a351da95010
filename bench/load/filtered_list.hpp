// What lies in a filtered room, as its pages, `enter`, `gone` and deletions tell it. The pages are asked for
// to the end, however short they are: only then can the whole be held against the query.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/load/held_locks.hpp"

namespace load {

class FilteredList {
 public:
  void begin() { ids_.clear(); }  // a first page comes
  void show(const std::string& entity) { ids_.insert(entity); }
  // `may_repeat` while pages are outstanding, or in a frame with a page: what is told there may be known.
  Objection enter(const std::string& entity, bool may_repeat);
  Objection gone(const std::string& entity, bool may_repeat);
  void deleted(const std::string& entity) { ids_.erase(entity); }

  bool contains(const std::string& entity) const { return ids_.contains(entity); }
  const std::set<std::string>& ids() const { return ids_; }
  // All differences between what is held here, in the versions known, and the query's answer.
  std::vector<std::string> differences(const std::unordered_map<std::string, std::uint64_t>& known,
                                       const std::unordered_map<std::string, std::uint64_t>& query) const;

 private:
  std::set<std::string> ids_;
};

}  // namespace load
