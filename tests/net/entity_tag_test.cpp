#include "server/net/entity_tag.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace coterie;

TEST_CASE("Entity tag: a list names it alone, among others, weakened, or by the asterisk") {
  for (const char* list : {"\"17\"", "W/\"17\"", "\"3\", \"17\"", "\"3\" ,\t\"17\"", ",, \"17\"", "*",
                           "\"a,b\", \"17\"", "W/\"3\",W/\"17\"", "\"3\"\"17\"", "\"17\", nonsense"}) {
    CAPTURE(list);
    CHECK(names_etag(list, "\"17\""));
  }
}

TEST_CASE("Entity tag: another tag, a part of one, and what is no list name nothing") {
  for (const char* list : {"", "17", "\"1\"", "\"117\"", "\"17", "17\"", "\"170\"", "w/\"17\"", "W/17",
                           "nonsense, \"17\"", "*, \"3\"", "\"*\"", "W/", "W", "\"", "\"a\\\"17\" "}) {
    CAPTURE(list);
    CHECK_FALSE(names_etag(list, "\"17\""));
  }
}
