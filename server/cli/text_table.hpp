// A table for a terminal: columns as wide as their widest cell, the widest ones cut where the line would be
// too long. Thread: any.
#pragma once

#include <string>
#include <vector>

#include "server/cli/terminal.hpp"

namespace coterie {

struct Cell {
  std::string text;  // printable already
  Colour colour = Colour::plain;
};

class TextTable {
 public:
  explicit TextTable(std::vector<std::string> heads);
  void add(std::vector<Cell> row);  // as many cells as heads
  bool empty() const { return rows_.empty(); }
  // Each line ends with a newline and stands `indent` columns from the left.
  std::string text(const Style& style, std::size_t columns, std::size_t indent = 0) const;

 private:
  std::vector<std::size_t> widths(std::size_t columns) const;
  std::vector<std::string> heads_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace coterie
