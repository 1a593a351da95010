// The filter language as a condition on a row of `entity`, every value bound. Gives what Filter::matches
// gives for the same record: a property test holds the two together. Never NULL, so that NOT is the exact
// complement. Thread: any; pure.
#pragma once

#include "protocol/filter.hpp"
#include "storage/sqlite/sql.hpp"

namespace coterie {

// Appends a condition in parentheses, or a constant.
void append_filter(Sql& sql, const Filter& filter);

}  // namespace coterie
