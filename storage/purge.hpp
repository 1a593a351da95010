// How old versions are forgotten: a bounded step at a time, between two groups. A record's state and its
// newest version always stay, and so does all that someone may still have to be told.
// Thread: any; values.
#pragma once

#include <optional>

#include "protocol/entity.hpp"
#include "storage/retention.hpp"

namespace coterie {

// Looks at some records of one type, in the order of their ids. Of each, a version that is older than
// `retention.age`, or beyond the newest `retention.versions`, may go: either is enough.
struct PurgeStep {
  EntityType type;
  Retention retention;
  Timestamp now;
  Seq limit;                      // only events up to here: see purge_limit()
  std::optional<EntityId> after;  // where the step before ended
  std::size_t most_records = 200;
  std::size_t most_events = 500;
};
struct PurgeDone {
  std::size_t events = 0;        // that are gone
  std::optional<EntityId> next;  // where the next step begins; absent: the type has been gone through
};

}  // namespace coterie
