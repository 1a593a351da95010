// Questions about the log: the events of rooms, the versions of one entity, how far back one may
// resume. Thread: its database's. Run several within one transaction where they must tell of one moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "storage/sqlite/database.hpp"
#include "storage/sqlite/sql.hpp"
#include "storage/store.hpp"

namespace coterie {

// How far back the log may be asked for: whichever of the two reaches less far.
struct ResumeWindow {
  std::chrono::milliseconds age;
  std::uint64_t events;
  std::function<Timestamp()> now;
};

// The newest version of one entity and its number in the log's index.
struct EntityRow {
  std::int64_t eid = 0;
  Version version;
};

class LogReads {
 public:
  LogReads(Database& database, ResumeWindow window) : database_(database), window_(std::move(window)) {}

  Result<Position> position();
  Result<Seq> last();
  Result<Seq> resume_floor();
  Result<Seq> purged();                  // events may be missing up to here
  Result<std::uint64_t> count_events();  // of the whole log, but for what was purged before the last mark
  Result<LogPage> log(const LogQuery& query);

  Result<std::optional<EntityRow>> find_entity(const EntityKey& key);
  // Of one entity, the versions in (after, up_to], oldest first.
  Result<std::vector<DataSyncEvent>> versions(std::int64_t eid, Version after, Version up_to,
                                              std::size_t most);
  Result<std::vector<DataSyncEvent>> events_since(const EntityKey& key, Version after, std::size_t most);
  Result<Version> first_version_after(const EntityRow& entity, Seq after);

 private:
  Result<Seq> window_floor();
  Result<std::vector<std::int64_t>> keys_of_rooms(const LogQuery& query);
  Result<LogPage> log_of_entities(const LogQuery& query, Seq head);
  Result<LogPage> log_by_scan(const LogQuery& query, Seq head);

  Database& database_;
  ResumeWindow window_;
};

}  // namespace coterie
