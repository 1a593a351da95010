#include "server/cli/text_table.hpp"

#include <algorithm>
#include <numeric>

namespace coterie {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastWidth = 6;

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t has = width_of(text);
  return has < width ? text + std::string(width - has, ' ') : text;
}

void end_line(std::string& out) {
  while (!out.empty() && out.back() == ' ') out.pop_back();
  out += '\n';
}

}  // namespace

TextTable::TextTable(std::vector<std::string> heads) : heads_(std::move(heads)) {}

void TextTable::add(std::vector<Cell> row) {
  row.resize(heads_.size());
  rows_.push_back(std::move(row));
}

// The widest column gives way first, one step at a time, until the line fits or all are at their least.
std::vector<std::size_t> TextTable::widths(std::size_t columns) const {
  std::vector<std::size_t> widths;
  for (const std::string& head : heads_) widths.push_back(width_of(head));
  for (const auto& row : rows_) {
    for (std::size_t at = 0; at < row.size(); ++at) widths[at] = std::max(widths[at], width_of(row[at].text));
  }
  const std::size_t gaps = kGap * (widths.size() - 1);
  while (std::accumulate(widths.begin(), widths.end(), gaps) > columns) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest <= kLeastWidth) break;
    const std::size_t over = std::accumulate(widths.begin(), widths.end(), gaps) - columns;
    std::size_t second = kLeastWidth;
    for (const std::size_t width : widths) {
      if (width < *widest) second = std::max(second, width);
    }
    *widest -= std::clamp<std::size_t>(*widest - second, 1, over);
  }
  return widths;
}

std::string TextTable::text(const Style& style, std::size_t columns, std::size_t indent) const {
  const std::vector<std::size_t> width = widths(columns > indent ? columns - indent : 1);
  const std::string left(indent, ' ');
  std::string out = left;
  for (std::size_t at = 0; at < heads_.size(); ++at) {
    out += style.paint(Colour::bold, padded(shorten(heads_[at], width[at]), width[at]));
    if (at + 1 < heads_.size()) out += std::string(kGap, ' ');
  }
  end_line(out);
  for (const auto& row : rows_) {
    out += left;
    for (std::size_t at = 0; at < row.size(); ++at) {
      const std::string cell = shorten(row[at].text, width[at]);
      const std::size_t has = width_of(cell);
      out += style.paint(row[at].colour, cell);
      if (at + 1 < row.size()) out += std::string(width[at] - std::min(has, width[at]) + kGap, ' ');
    }
    end_line(out);
  }
  return out;
}

}  // namespace coterie
