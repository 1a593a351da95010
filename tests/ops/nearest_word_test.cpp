#include "server/ops/nearest_word.hpp"

#include <doctest/doctest.h>

using namespace coterie;

TEST_CASE("Words: the nearest is at most two letters away") {
  const std::vector<std::string> known{"strategy", "strategies", "unique", "index"};

  CHECK(nearest_word("stratgy", known) == "strategy");
  CHECK(nearest_word("uniqeu", known) == "unique");
  CHECK(nearest_word("indices", known).empty());
  CHECK(nearest_word("colour", known).empty());
  CHECK(nearest_word("x", {}).empty());
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("", "abc") == 3);
}
