// Writes a batch's rows within a transaction that its caller opens and ends: one UPDATE for each entity,
// which asserts the version that it finds; then the events, answers, numbers, unique values and the inbox.
// Thread: the writer's. Laws 1, 4.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "storage/batch_check.hpp"
#include "storage/sqlite/answer_table.hpp"
#include "storage/sqlite/block_index.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/sqlite/inbox_table.hpp"
#include "storage/sqlite/log_reads.hpp"
#include "storage/sqlite/rule_tables.hpp"
#include "storage/store.hpp"

namespace coterie {

class BatchWriter {
 public:
  BatchWriter(Database& database, LogReads& log, AnswerTable& answers, RuleTables& rules, InboxTable& inbox,
              ResumeWindow window)
      : database_(database),
        log_(log),
        answers_(answers),
        rules_(rules),
        inbox_(inbox),
        window_(std::move(window)),
        blocks_(database) {}

  Result<void> load();  // what it remembers of the database: at the start, and after a batch was taken back
  Result<void> write(const Batch& batch, const BatchPlan& plan);
  void taken_back();  // the transaction did not commit: forgets what it knew; load() before the next write

 private:
  // Where the log was marked last: see `mark` in the schema.
  struct Marks {
    bool any = false;
    std::uint64_t events = 0;  // before the marked commit
    Timestamp at;
    std::uint64_t total = 0;  // events in the log
  };

  Result<std::int64_t> find_eid(const EntityKey& key);
  Result<std::int64_t> write_head(const Head& head, Version previous);
  Result<void> insert_head(const Head& head, std::int64_t eid);
  Result<void> update_head(const Head& head, std::int64_t eid, Version previous);
  Result<void> write_event(const DataSyncEvent& event, std::int64_t eid);
  Result<void> write_sequence(const SequenceValue& sequence);
  Result<void> write_reader(const NamedReaderChange& change);
  Result<void> mark_before(const DataSyncEvent& first_of_commit);

  Database& database_;
  LogReads& log_;
  AnswerTable& answers_;
  RuleTables& rules_;
  InboxTable& inbox_;
  ResumeWindow window_;
  std::int64_t last_eid_ = 0;
  std::unordered_map<EntityKey, std::int64_t> eids_;  // of entities written lately; bounded
  Marks marks_;
  BlockIndex blocks_;
};

}  // namespace coterie
