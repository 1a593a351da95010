// The tables, as a list of steps from nothing to now. The database remembers the last step it has taken
// (user_version); opening takes the rest, each in a transaction of its own.
// Thread: start-up.
#pragma once

#include <span>

#include "storage/sqlite/database.hpp"

namespace coterie {

struct Migration {
  int version;  // 1, 2, 3 ...
  const char* sql;
};

std::span<const Migration> migrations();

// Brings the database to the last of `steps`. Error unavailable: made by a newer program (nothing is
// touched), not one of Coterie's, or a step failed (and is taken back whole).
Result<void> migrate(Database& database, std::span<const Migration> steps);

// For those who only read: Error unavailable unless the database is exactly at the last of `steps`.
Result<void> check_schema(Database& database, std::span<const Migration> steps);

}  // namespace coterie
