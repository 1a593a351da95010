#include "server/cli/transfer/csv_cells.hpp"

#include <algorithm>
#include <cctype>

#include "protocol/json.hpp"

namespace coterie {
namespace {

bool digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c); });
}

// -12, 12.5: no exponent (codes look like that), no zero in front of other digits.
bool plain_number(std::string_view cell) {
  if (cell.starts_with('-')) cell.remove_prefix(1);
  const std::size_t dot = cell.find('.');
  const std::string_view whole = cell.substr(0, dot);
  if (!digits(whole) || (whole.size() > 1 && whole.front() == '0')) return false;
  return dot == std::string_view::npos || digits(cell.substr(dot + 1));
}

// Behind any number of ' a character that makes a spreadsheet compute.
bool looks_like_formula(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\''), text.size()));
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

}  // namespace

CellKind kind_of_cell(std::string_view cell) {
  if (cell == "true" || cell == "false") return CellKind::boolean;
  // The parser knows which numbers the protocol can hold exactly.
  if (plain_number(cell) && parse_json(cell, {64, 1, 1})) return CellKind::number;
  return CellKind::text;
}

boost::json::value cell_value(std::string_view cell, CellKind kind) {
  if (kind == CellKind::boolean) return cell == "true";
  if (kind == CellKind::number) {
    auto number = parse_json(cell, {64, 1, 1});
    if (number) return std::move(*number);
  }
  return boost::json::value(unguard_cell(cell));
}

std::string guard_cell(std::string_view text) {
  return looks_like_formula(text) ? "'" + std::string(text) : std::string(text);
}

std::string_view unguard_cell(std::string_view cell) {
  return cell.starts_with('\'') && looks_like_formula(cell) ? cell.substr(1) : cell;
}

}  // namespace coterie
