// The log in blocks of about a hundred events: which types stand in each, between which times it lies, and
// how many events came before it. By it the history of a rare type, or of a time, is found without walking
// the log, at a row for every type and block instead of one for every event. Thread: the writer's. Law 6.
#pragma once

#include <cstdint>
#include <vector>

#include "storage/sqlite/database.hpp"
#include "storage/store.hpp"

namespace coterie {

class BlockIndex {
 public:
  static constexpr std::uint64_t kEventsOfBlock = 128;

  explicit BlockIndex(Database& database) : database_(database) {}

  Result<void> load();                            // at the start, and after a batch was taken back
  Result<void> note(const DataSyncEvent& event);  // in the order of the log, in the transaction of the event

 private:
  Result<void> open_block(const DataSyncEvent& event);
  Result<void> close_block();

  Database& database_;
  bool any_ = false;
  std::int64_t first_ = 0;    // the key that the newest block begins with
  std::uint64_t before_ = 0;  // events of the log before it
  std::uint64_t events_ = 0;  // in it
  Timestamp at_least_;
  Timestamp at_most_;
  std::vector<EntityType> types_;  // in it; few
};

}  // namespace coterie
