// The functions that filters and sorts call in SQL. SQLite's own JSON functions would not do: its paths
// cannot name every member, and they take true for 1. Pure, so that an index on an expression may use them.
//
//     field_json(doc, path)          the value's text, NULL where absent
//     field_rank(doc, path)          0 absent or null, 1 boolean, 2 number, 3 text, 4 object or array
//     field(doc, path)               the value where it has an order: boolean as 0 or 1, number, text; else
//                                    NULL
//     field_key(doc, path)           one value that orders as the protocol orders; what indexes are made of
//     field_contains(doc, path, v)   v, as JSON text: within the text, or among the array's items
//     time_text(ms)                  the time as the protocol writes it
//
// `path` is in the form of raw_path(). Thread: its connection's.
#pragma once

#include <limits>

struct sqlite3;

namespace coterie {

// The keys of what is no number and no text: below every number that a document can hold.
inline constexpr double kKeyOfNothing = -std::numeric_limits<double>::infinity();
inline constexpr double kKeyOfFalse = -1e300;
inline constexpr double kKeyOfTrue = -1e299;

bool register_functions(sqlite3* handle);

}  // namespace coterie
