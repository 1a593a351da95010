// Rows of `entity` and `event` as values. The column lists and the readers belong together: the first column
// read is column 0. Thread: the query's.
#pragma once

#include "storage/sqlite/query.hpp"
#include "storage/store.hpp"

namespace coterie {

inline constexpr std::string_view kEntityColumns =
    "type,id,version,created_at,created_by,updated_at,updated_by,doc,deleted,numbers";
inline constexpr std::string_view kEventColumns =
    "n,type,id,version,operation,at,user,session,client,mutation,cause,fields_set,fields_unset,fields_old";

Entity read_entity(const Query& row);
Result<Head> read_head(const Query& row);  // Error: the stored document is damaged
DataSyncEvent read_event(const Query& row);

Timestamp time_of(std::int64_t ms);
std::int64_t ms_of(Timestamp time);

// The log's key: ten bits below the seq are the event's index within its commit.
std::int64_t first_key(Seq seq);  // of that commit; clamped to what there can be
std::int64_t key_of(const DataSyncEvent& event);
Seq seq_of_key(std::int64_t key);

}  // namespace coterie
