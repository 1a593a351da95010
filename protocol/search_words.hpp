// The words of a text, as full-text search sees them: runs of letters and digits, without regard to case and
// accents ("Crème-Brûlée" is creme, brulee). Both stores and the queries go through here, so that all agree.
// A search is a text of words that must all occur; `word*` stands for any word that begins so. Whatever else
// the text holds separates words and means nothing. Thread: any; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/error.hpp"

namespace coterie {

// Longer ones are cut: nobody looks for them whole, and each is a row of an index.
inline constexpr std::size_t kMaxWordBytes = 64;
inline constexpr std::size_t kMaxSearchWords = 32;

// In their order, as often as they occur. In text that is no UTF-8 the broken bytes separate.
std::vector<std::string> words_of(std::string_view text);

struct SearchWord {
  std::string text;
  bool prefix = false;  // any word that begins so
  friend bool operator==(const SearchWord&, const SearchWord&) = default;
};

class Search {
 public:
  // Errors: bad_request (no word at all), too_large (more than kMaxSearchWords).
  static Result<Search> parse(std::string_view text);
  const std::string& text() const { return text_; }  // as it was asked
  const std::vector<SearchWord>& words() const { return words_; }
  // Whether a record with these words, sorted, is found.
  bool matches(const std::vector<std::string>& sorted_words) const;

 private:
  std::string text_;
  std::vector<SearchWord> words_;
};

}  // namespace coterie
