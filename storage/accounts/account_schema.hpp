// The tables of accounts.sqlite, a database of its own beside that of the records: a sign-in never waits for
// an edit, nor an edit for a sign-in. Thread: start-up.
#pragma once

#include <span>

#include "storage/sqlite/schema.hpp"

namespace coterie {

std::span<const Migration> account_migrations();

}  // namespace coterie
