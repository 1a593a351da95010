// Fills the full-text indexes behind the writer, from the log: a bounded step in a transaction of its own, so
// that no edit pays for it. Each type has a table of words, by the record's number; a new one is first filled
// from the records as they are. The place in the log is stored with what was taken in. Steps may repeat what
// they did: each looks at the record as it is now. Thread: the writer's.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "storage/search_text.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/sqlite/log_reads.hpp"
#include "storage/store.hpp"

namespace coterie {

class SearchFiller {
 public:
  SearchFiller(Database& database, LogReads& log, const SearchFields& fields)
      : database_(database), log_(log), fields_(fields) {}

  // Makes the tables as configured, drops those that are not any more or whose fields are others.
  Result<void> load();
  Result<void> configure(const SearchFields& fields) {
    fields_ = fields;
    return load();
  }
  // Within no transaction; begins its own where there is something to write. `failed_commit` tells whether
  // an error left the end of a commit unknown.
  Result<SearchProgress> step(bool& failed_commit);
  // The log up to here has been taken in; absent: nothing is searched. What is behind must not be purged.
  std::optional<Seq> position() const;

 private:
  struct Index {
    std::int64_t id = 0;
    EntityType type;
    std::vector<FieldPath> fields;
    std::optional<std::string> filled;  // up to this id, of those that were there; absent: complete
    std::string insert, remove, select;
  };
  struct Record {
    std::int64_t eid = 0;
    std::size_t index = 0;  // of indexes_
  };

  Result<void> read_indexes();
  Result<void> make_index(const EntityType& type, const std::vector<FieldPath>& fields);
  Result<std::vector<Record>> changed_records(std::int64_t& up_to, bool& more);
  Result<std::vector<Record>> records_to_fill(Index& index, std::size_t at,
                                              std::optional<std::string>& filled);
  Result<void> take_in(const Record& record);
  Result<void> store_position(std::int64_t position);
  template <class Work>
  Result<void> in_transaction(bool& failed_commit, Work work);

  Database& database_;
  LogReads& log_;
  SearchFields fields_;
  std::vector<Index> indexes_;
  std::int64_t position_ = 0;  // the log's key up to which all is taken in
  std::int64_t stored_ = 0;    // as the database has it
  std::chrono::steady_clock::time_point stored_at_;
};

}  // namespace coterie
