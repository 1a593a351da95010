// A sort as ORDER BY, and a place in it as the condition that only later rows meet; the values are bound.
// Gives the order of compare(Sort, SortPlace, SortPlace): ranks of types first, then values, the id last.
// Thread: any; pure.
#pragma once

#include "protocol/sort.hpp"
#include "storage/sqlite/field_index.hpp"
#include "storage/sqlite/sql.hpp"

namespace coterie {

// A key of the index that is used is written as that one.
void append_order(Sql& sql, const Sort& sort, const IndexUse& use);     // " ORDER BY ..."
void append_after(Sql& sql, const Sort& sort, const SortPlace& after);  // a condition in parentheses

}  // namespace coterie
