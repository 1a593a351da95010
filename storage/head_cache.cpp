#include "storage/head_cache.hpp"

#include <utility>

namespace coterie {
namespace {

// A parsed document takes about three times its text; the names, the list and the index besides.
std::size_t weight(std::size_t document_bytes) { return 3 * document_bytes + 600; }

}  // namespace

const Head* HeadCache::find(const EntityKey& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || found->second->taken) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &found->second->head;
}

std::optional<Head> HeadCache::take(const EntityKey& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || found->second->taken) return std::nullopt;
  Entry& entry = *found->second;
  entry.taken = true;
  std::optional<Head> head{std::move(entry.head)};
  entry.head.meta.key = head->meta.key;  // by which it is forgotten
  return head;
}

const Head* HeadCache::put(Head head, std::size_t document_bytes) {
  const std::size_t bytes = weight(document_bytes);
  const auto found = by_key_.find(head.meta.key);
  if (found != by_key_.end()) {
    bytes_ -= found->second->bytes;
    entries_.splice(entries_.begin(), entries_, found->second);
    entries_.front() = Entry{std::move(head), bytes};
  } else {
    entries_.push_front(Entry{std::move(head), bytes});
    by_key_.emplace(entries_.front().head.meta.key, entries_.begin());
  }
  bytes_ += bytes;
  while (bytes_ > most_bytes_ && entries_.size() > 1) {
    bytes_ -= entries_.back().bytes;
    by_key_.erase(entries_.back().head.meta.key);
    entries_.pop_back();
  }
  return &entries_.front().head;
}

void HeadCache::clear() {
  by_key_.clear();
  entries_.clear();
  bytes_ = 0;
}

}  // namespace coterie
