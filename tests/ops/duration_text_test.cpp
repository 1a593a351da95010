// Durations as people write them.
#include "server/ops/duration_text.hpp"

#include <doctest/doctest.h>

using namespace coterie;

TEST_CASE("Duration: a whole number and one letter") {
  using namespace std::chrono;
  CHECK(duration_from_text("90s") == seconds(90));
  CHECK(duration_from_text("5m") == minutes(5));
  CHECK(duration_from_text("12h") == hours(12));
  CHECK(duration_from_text("365d") == days(365));
  CHECK(duration_from_text("2w") == weeks(2));
  for (const char* wrong :
       {"", "d", "1", "0d", "-1d", "1.5d", "1 d", "1y", "99999999999999999999d", "2000000d"}) {
    CHECK_FALSE(duration_from_text(wrong));
  }
}
