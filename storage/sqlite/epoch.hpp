// The epoch: one history of one database, and the other facts that are made once with it.
// Thread: start-up.
#pragma once

#include <optional>

#include "protocol/types.hpp"
#include "storage/sqlite/database.hpp"

namespace coterie {

// Makes what a new database lacks (its epoch, the seed of its answers' hashes). The seed.
Result<std::uint64_t> prepare_meta(Database& database);

// Whether the database is another, or an older state of itself, than the one noted beside it. No note beside
// a database that holds something: it was put there.
bool position_went_back(const Position& found, const std::optional<Position>& noted);

// Clients of the old epoch will be told to load anew.
Result<Epoch> begin_epoch(Database& database);

// Counts one more recovery, as a commit of its own.
Result<void> note_recovery(Database& database);

}  // namespace coterie
