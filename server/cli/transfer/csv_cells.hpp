// What a cell of CSV holds. A column is one of numbers, or of booleans, only where every cell of it is: then
// a zip code stays text in every row, not only where it begins with a zero. Thread: any.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace coterie {

enum class CellKind { number, boolean, text };

// What a cell could be read as: "12.5" a number, "true" a boolean; "007", "1e5", "" and "+3" text.
CellKind kind_of_cell(std::string_view cell);
boost::json::value cell_value(std::string_view cell, CellKind kind);

// A text that a spreadsheet would take for a formula is written with a ' in front, and read back without it.
std::string guard_cell(std::string_view text);
std::string_view unguard_cell(std::string_view cell);

}  // namespace coterie
