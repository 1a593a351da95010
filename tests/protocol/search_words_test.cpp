// What full-text search takes for words.
#include "protocol/search_words.hpp"

#include <doctest/doctest.h>

using namespace coterie;

namespace {

std::string joined(std::string_view text) {
  std::string out;
  for (const std::string& word : words_of(text)) out += (out.empty() ? "" : "|") + word;
  return out;
}

std::string searched(std::string_view text) {
  const Result<Search> search = Search::parse(text);
  if (!search) return std::string(to_text(search.error().code));
  std::string out;
  for (const SearchWord& word : search->words()) {
    out += (out.empty() ? "" : "|") + word.text + (word.prefix ? "*" : "");
  }
  return out;
}

}  // namespace

TEST_CASE("Search: words are runs of letters and digits, without case and accents") {
  CHECK(joined("The quick-brown fox, 17 times!") == "the|quick|brown|fox|17|times");
  CHECK(joined("Crème Brûlée Straße Łódź œuvre Ĳssel ſ") == "creme|brulee|strasse|lodz|oeuvre|ijssel|s");
  CHECK(joined("e\xCC\x81t\xC3\xA9") == "ete");  // the accent on its own as well
  CHECK(joined("ΣΊΣΥΦΟΣ σίσυφος") == "σισυφοσ|σισυφοσ");
  CHECK(joined("ЖЁлтый") == "жёлтый");
  CHECK(joined("東京、大阪") == "東京|大阪");
  CHECK(joined("a\xE2\x80\x94"
               "b\xC2\xA0"
               "c\xC2\xAB"
               "d") == "a|b|c|d");  // dash, hard space, quotation mark
  CHECK(joined("a×b÷c") == "a|b|c");
  CHECK(joined("") == "");
}

TEST_CASE("Search: broken UTF-8 separates words and is nothing else") {
  CHECK(joined("a\xFFz") == "a|z");
  CHECK(joined("a\xC3") == "a");
  CHECK(joined("a\xE2\x82") == "a");
  CHECK(joined("a\xE2\x28"
               "b") == "a|b");
}

TEST_CASE("Search: a long word is cut between characters") {
  const std::string many(100, 'x');
  CHECK(joined(many) == std::string(64, 'x'));
  std::string japanese;
  for (int i = 0; i < 30; ++i) japanese += "東";
  CHECK(joined(japanese).size() == 63);
}

TEST_CASE("Search: a star behind a word asks for its beginning, and nothing else has a meaning") {
  CHECK(searched("tent bonn*") == "tent|bonn*");
  CHECK(searched("foo-bar*") == "foo|bar*");
  CHECK(searched("a * b") == "a|b");
  CHECK(searched("\"a b\" OR NOT (c:d) ^e") == "a|b|or|not|c|d|e");
  CHECK(searched("* - !") == "bad_request");
  CHECK(searched("") == "bad_request");
  std::string many;
  for (int i = 0; i < 33; ++i) many += "a ";
  CHECK(searched(many) == "too_large");
}

TEST_CASE("Search: a record is found where all the words are") {
  const Search search = Search::parse("red wag*").value();
  CHECK(search.matches({"big", "red", "wagon"}));
  CHECK(search.matches({"red", "wag"}));
  CHECK_FALSE(search.matches({"red", "wax"}));
  CHECK_FALSE(search.matches({"redder", "wagon"}));
  CHECK_FALSE(search.matches({}));
}
