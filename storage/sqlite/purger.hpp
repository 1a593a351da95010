// Takes old events out of the log, a few records at a time: always a record's oldest, never its newest, and
// notes up to where the log may have holes, so that nobody resumes across one. Thread: the writer's. Law 3.
#pragma once

#include "storage/sqlite/database.hpp"
#include "storage/store.hpp"

namespace coterie {

class Purger {
 public:
  explicit Purger(Database& database) : database_(database) {}

  // As Store::purge. `failed_commit` tells whether an error left the end of a commit unknown.
  Result<PurgeDone> purge(const PurgeStep& step, bool& failed_commit);

 private:
  struct Record {
    std::int64_t eid = 0;
    std::string id;
    Version newest;
  };
  struct Old {  // the versions of one record that go
    std::int64_t eid = 0;
    std::uint64_t up_to = 0;
    std::int64_t last_key = 0;
    std::size_t events = 0;
  };
  Result<std::vector<Record>> records(const PurgeStep& step);
  Result<Old> old_versions(const PurgeStep& step, const Record& record, std::size_t most);
  Result<void> remove(const std::vector<Old>& old);

  Database& database_;
};

}  // namespace coterie
