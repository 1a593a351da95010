#include "protocol/search_words.hpp"

#include <algorithm>
#include <cstdint>

#include "protocol/request_error.hpp"

namespace coterie {
namespace {

constexpr char32_t kBroken = 0xFFFD;

// The code point at `at`, which moves behind it.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at++);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first > 0xF4 || text.size() - at < static_cast<std::size_t>(more)) return kBroken;
  char32_t code = first & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    if ((byte(at) & 0xC0) != 0x80) return kBroken;
    code = (code << 6) | (byte(at++) & 0x3F);
  }
  return code;
}

void append_code_point(std::string& out, char32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    if (code < 0x10000) {
      out += static_cast<char>(0xE0 | (code >> 12));
    } else {
      out += static_cast<char>(0xF0 | (code >> 18));
      out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    }
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// The letters of U+00C0 to U+017F without their accents, in lower case; two for a ligature, ' ' for a sign.
constexpr std::string_view kLatin[] = {
    "a", "a", "a",  "a",  "a", "a", "ae", "c",  "e",  "e", "e", "e", "i",  "i",  "i", "i", "d", "n",
    "o", "o", "o",  "o",  "o", " ", "o",  "u",  "u",  "u", "u", "y", "th", "ss", "a", "a", "a", "a",
    "a", "a", "ae", "c",  "e", "e", "e",  "e",  "i",  "i", "i", "i", "d",  "n",  "o", "o", "o", "o",
    "o", " ", "o",  "u",  "u", "u", "u",  "y",  "th", "y", "a", "a", "a",  "a",  "a", "a", "c", "c",
    "c", "c", "c",  "c",  "c", "c", "d",  "d",  "d",  "d", "e", "e", "e",  "e",  "e", "e", "e", "e",
    "e", "e", "g",  "g",  "g", "g", "g",  "g",  "g",  "g", "h", "h", "h",  "h",  "i", "i", "i", "i",
    "i", "i", "i",  "i",  "i", "i", "ij", "ij", "j",  "j", "k", "k", "k",  "l",  "l", "l", "l", "l",
    "l", "l", "l",  "l",  "l", "n", "n",  "n",  "n",  "n", "n", "n", "n",  "n",  "o", "o", "o", "o",
    "o", "o", "oe", "oe", "r", "r", "r",  "r",  "r",  "r", "s", "s", "s",  "s",  "s", "s", "s", "s",
    "t", "t", "t",  "t",  "t", "t", "u",  "u",  "u",  "u", "u", "u", "u",  "u",  "u", "u", "u", "u",
    "w", "w", "y",  "y",  "y", "z", "z",  "z",  "z",  "z", "z", "s"};
static_assert(std::size(kLatin) == 0x17F - 0xC0 + 1);

// What separates words beyond ASCII: signs, spaces, punctuation; not the marks that stand over a letter.
bool separates(char32_t code) {
  if (code < 0xC0) return code != 0xAA && code != 0xB5 && code != 0xBA;
  return (code >= 0x2000 && code <= 0x206F) || (code >= 0x20A0 && code <= 0x20CF) ||
         (code >= 0x2190 && code <= 0x2BFF) || (code >= 0x3000 && code <= 0x303F) ||
         (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF0F) || code == 0xFEFF ||
         code == kBroken;
}

// Greek and Cyrillic capitals as small letters, their accents left off where there are few.
char32_t lower(char32_t code) {
  if (code >= 0x391 && code <= 0x3A9) return code + 0x20;
  if (code == 0x3C2) return 0x3C3;  // the sigma at the end of a word
  if (code >= 0x410 && code <= 0x42F) return code + 0x20;
  if (code >= 0x400 && code <= 0x40F) return code + 0x50;
  switch (code) {
    case 0x386:
    case 0x3AC:
      return 0x3B1;
    case 0x388:
    case 0x3AD:
      return 0x3B5;
    case 0x389:
    case 0x3AE:
      return 0x3B7;
    case 0x38A:
    case 0x3AF:
      return 0x3B9;
    case 0x38C:
    case 0x3CC:
      return 0x3BF;
    case 0x38E:
    case 0x3CD:
      return 0x3C5;
    case 0x38F:
    case 0x3CE:
      return 0x3C9;
    default:
      return code;
  }
}

bool is_ascii_word(char32_t code) {
  return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
}

// Appends what the code point is within a word. False: it separates.
bool append_folded(std::string& word, char32_t code) {
  if (code < 0x80) {
    if (!is_ascii_word(code)) return false;
    word += static_cast<char>(code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code);
    return true;
  }
  if (separates(code)) return false;
  if (code >= 0x300 && code <= 0x36F) return true;  // an accent on its own: as if it were not there
  if (code >= 0xC0 && code <= 0x17F) {
    const std::string_view letters = kLatin[code - 0xC0];
    if (letters == " ") return false;
    word += letters;
    return true;
  }
  append_code_point(word, lower(code));
  return true;
}

// At most kMaxWordBytes, cut between characters.
void cut(std::string& word) {
  if (word.size() <= kMaxWordBytes) return;
  std::size_t end = kMaxWordBytes;
  while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80) --end;
  word.resize(end);
}

// Each word, and the code point that ended it.
template <class Take>
void for_each_word(std::string_view text, Take take) {
  std::string word;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = next_code_point(text, at);
    if (append_folded(word, code)) continue;
    if (!word.empty()) take(word, code);
    word.clear();
  }
  if (!word.empty()) take(word, U' ');
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for_each_word(text, [&](std::string& word, char32_t) {
    cut(word);
    words.push_back(word);
  });
  return words;
}

Result<Search> Search::parse(std::string_view text) {
  Search search;
  search.text_ = text;
  for_each_word(text, [&](std::string& word, char32_t end) {
    const bool prefix = end == U'*';
    cut(word);
    search.words_.push_back({word, prefix});
  });
  if (search.words_.empty()) return bad_request("a search needs at least one letter or digit");
  if (search.words_.size() > kMaxSearchWords) {
    return too_large("a search has at most " + std::to_string(kMaxSearchWords) + " words");
  }
  return search;
}

bool Search::matches(const std::vector<std::string>& sorted_words) const {
  return std::all_of(words_.begin(), words_.end(), [&](const SearchWord& word) {
    const auto found = std::lower_bound(sorted_words.begin(), sorted_words.end(), word.text);
    if (found == sorted_words.end()) return false;
    return word.prefix ? found->starts_with(word.text) : *found == word.text;
  });
}

}  // namespace coterie
