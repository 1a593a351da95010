// A group in the making: the store's state with the changes of the mutations decided so far laid over it. A mutation
// works in its own layer, kept or dropped whole, so that a refused one leaves no trace and needs no savepoint.
// Recent heads are kept parsed between groups, so that a stale edit never touches the database.
// Thread: sequencer. Laws 1, 4.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "storage/store.hpp"

namespace coterie {

// Recent heads, parsed; bounded by bytes of document, least recently used first out.
class HeadCache {
 public:
  explicit HeadCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}
  const Head* find(const EntityKey& key);  // valid until the next put or clear
  void put(const Head& head, std::size_t bytes);
  void clear();

 private:
  struct Entry {
    Head head;
    std::size_t bytes;
  };
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // newest first
  std::unordered_map<EntityKey, std::list<Entry>::iterator> by_key_;
};

class Draft {
 public:
  Draft(Store& store, HeadCache& cache, Seq last) : store_(store), cache_(cache), last_(last) {}

  // ---- reading: this mutation's layer, then the group's, then the cache, then the store ----
  Result<std::optional<Head>> head(const EntityKey& key);
  // The first live entity of the match, group's changes included, that this mutation has not touched yet.
  Result<std::optional<Head>> first_match(const EntityType& type, const Filter& filter, const Sort& sort);
  Result<std::vector<DataSyncEvent>> events_since(const EntityKey& key, Version after, std::size_t most);
  Result<std::optional<StoredAnswer>> answer(const UserId& user, const MutationId& id);
  Result<std::uint64_t> next_number(const std::string& counter);  // takes it, in this layer
  bool touched(const EntityKey& key) const;                       // by this mutation
  Seq next_seq() const { return Seq{last_.value() + 1}; }

  // ---- changing: the mutation's layer ----
  void put(Head head, DataSyncEvent event);
  void put_answer(StoredAnswer answer);
  std::size_t layer_bytes() const;

  void keep();  // the layer joins the group; its events make up commit next_seq()
  void drop();  // the layer is gone

  // ---- the group ----
  const Batch& batch() const { return group_; }
  std::size_t group_bytes() const { return group_bytes_; }
  void committed();  // the batch is durable: its heads go to the cache

 private:
  Store& store_;
  HeadCache& cache_;
  Seq last_;
  Batch group_;
  std::size_t group_bytes_ = 0;
  Batch layer_;
  std::unordered_map<EntityKey, std::size_t> group_heads_;  // index into group_.heads
  std::unordered_map<EntityKey, std::size_t> layer_heads_;
};

}  // namespace coterie
