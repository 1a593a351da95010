// Batches for a store, written as a test would say them. Versions, old values and heads follow from what the
// store holds and from what the batch has said so far; so a batch is right unless the test spoils it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "storage/store.hpp"

namespace coterie::testing {

inline EntityKey key_of(std::string_view type, std::string_view id) {
  return {EntityType{std::string(type)}, EntityId{std::string(id)}};
}

// A commit's time: one second for each seq since 2026 began.
Timestamp time_at(Seq seq);

class BatchBuilder {
 public:
  explicit BatchBuilder(Store& store);

  BatchBuilder& create(std::string_view type, std::string_view id, std::string_view data);
  // `set` is an object of dotted path to value, `unset` an array of dotted paths.
  BatchBuilder& update(std::string_view type, std::string_view id, std::string_view set,
                       std::string_view unset = "[]");
  BatchBuilder& remove(std::string_view type, std::string_view id);
  BatchBuilder& next_commit();  // what follows belongs to the commit after
  BatchBuilder& answer(std::string_view user, std::string_view mutation, std::string_view body);
  BatchBuilder& number(std::string_view name, std::uint64_t value);
  // A unique value passes from one record to another; "" for none.
  BatchBuilder& pass(std::string_view type, std::string_view rule, std::string_view value,
                     std::string_view from, std::string_view to);

  Batch& batch() { return batch_; }
  Result<void> commit() { return store_.commit(batch_); }

 private:
  Head& head_of(const EntityKey& key);
  void finish(Head& head, DataSyncEvent event);

  Store& store_;
  Seq seq_;
  std::uint32_t index_ = 0;
  Batch batch_;
};

}  // namespace coterie::testing
