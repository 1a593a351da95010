// What is printed to a person: colours only on a terminal, and never a character that could move the cursor,
// ring, or turn the direction of a line: a record's text is shown, not obeyed. Thread: any.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace coterie {

enum class Colour { plain, bold, dim, red, green, yellow, cyan };

class Style {
 public:
  // Colours where `out` is a terminal, NO_COLOR is not set and TERM is not "dumb".
  static Style of(std::FILE* out);
  explicit Style(bool colours) : colours_(colours) {}
  std::string paint(Colour colour, std::string_view text) const;

 private:
  bool colours_;
};

bool is_terminal(std::FILE* file);
std::size_t terminal_columns(std::FILE* file);  // 100 where it cannot be known

// Control characters, marks that turn the direction and broken UTF-8 as \n, \x1b, \u202e; the rest as it is.
std::string printable(std::string_view text);
// Code points, which is near enough to columns.
std::size_t width_of(std::string_view text);
// At most `columns` wide, the end cut off and marked with "...".
std::string shorten(std::string_view text, std::size_t columns);

}  // namespace coterie
