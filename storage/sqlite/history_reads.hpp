// Pages of the history: of one record by its index, of all along the log, of a type or a time by the blocks
// that can hold any of it. A page looks at a bounded number of rows and tells where to go on.
// Thread: its database's. Laws 3, 6.
#pragma once

#include "storage/sqlite/database.hpp"
#include "storage/sqlite/log_reads.hpp"
#include "storage/store.hpp"

namespace coterie {

class HistoryScan;

class HistoryReads {
 public:
  HistoryReads(Database& database, LogReads& log) : database_(database), log_(log) {}

  Result<HistoryPage> page(const HistoryQuery& query);
  Result<LogRest> rest_of_log(Seq after);

 private:
  // The log's keys that the query may show: from the first up to the one before `end`.
  struct Range {
    std::int64_t first = 0;
    std::int64_t end = 0;
  };
  struct Block {
    std::int64_t first = 0;
    std::uint64_t events = 0;  // of the log before it
  };
  static Range range_of(const HistoryQuery& query);
  Result<void> of_entity(const HistoryQuery& query, HistoryScan& scan);
  Result<void> of_all(const HistoryQuery& query, HistoryScan& scan);
  Result<void> of_blocks(const HistoryQuery& query, HistoryScan& scan);
  Result<bool> scan_range(const Range& range, HistoryScan& scan);  // false: the page has ended
  Result<std::int64_t> end_of_block(std::int64_t first);
  Result<std::optional<Block>> block_at(std::int64_t key);
  Result<std::uint64_t> count(const Range& range);

  Database& database_;
  LogReads& log_;
};

}  // namespace coterie
