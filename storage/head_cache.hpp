// Recent heads, kept parsed between groups: a stale edit is then refused without touching the database, and
// parsing is saved, which costs more than storing. Holds committed states only. Bounded by bytes, least
// recently used first out. Thread: sequencer. Law 6.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <unordered_map>

#include "storage/store.hpp"

namespace coterie {

class HeadCache {
 public:
  explicit HeadCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // Both valid until the next put, take or clear.
  const Head* find(const EntityKey& key);
  // `document_bytes`: about the length of the document's text. The newest always fits, whatever its size.
  const Head* put(Head head, std::size_t document_bytes);
  // Moves the head out, to be changed: it is not found any more until one is put again. Not kept: absent.
  std::optional<Head> take(const EntityKey& key);
  void clear();
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Head head;
    std::size_t bytes;
    bool taken = false;  // its place is kept: a changed head mostly comes back
  };
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // newest first
  std::unordered_map<EntityKey, std::list<Entry>::iterator> by_key_;
};

}  // namespace coterie
