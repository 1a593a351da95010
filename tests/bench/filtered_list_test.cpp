// What the load harness makes of a filtered room, held against its query.
#include "bench/load/filtered_list.hpp"

#include <doctest/doctest.h>

using load::FilteredList;

TEST_CASE("Load: a list that was told all there was is its query") {
  FilteredList list;
  list.begin();
  list.show("a");
  list.show("b");
  CHECK_FALSE(list.enter("c", false));
  CHECK_FALSE(list.gone("a", false));
  list.deleted("b");

  CHECK(list.differences({{"c", 3}}, {{"c", 3}}).empty());
}

TEST_CASE("Load: a missed enter, a missed gone and a missed event are noticed at rest") {
  FilteredList list;
  list.show("a");

  CHECK(list.differences({{"a", 1}}, {{"a", 1}, {"b", 1}}).size() == 1);
  CHECK(list.differences({{"a", 1}}, {}).size() == 1);
  CHECK(list.differences({{"a", 1}}, {{"a", 2}}).size() == 1);
  CHECK(list.differences({}, {{"a", 2}}).size() == 1);
}

TEST_CASE("Load: an enter or a gone told twice is noticed, but not while pages are shown") {
  FilteredList list;
  list.show("a");

  CHECK(list.enter("a", false).has_value());
  CHECK(list.gone("b", false).has_value());
  CHECK_FALSE(list.enter("a", true));
  CHECK_FALSE(list.gone("b", true));
  CHECK(list.ids().size() == 1);
}
