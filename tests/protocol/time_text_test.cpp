#include <doctest/doctest.h>

#include <random>

#include "protocol/time_text.hpp"
#include "tests/support/random_document.hpp"

using namespace coterie;
using namespace std::chrono_literals;

namespace {

Timestamp at(std::int64_t ms) { return Timestamp{std::chrono::milliseconds{ms}}; }

}  // namespace

TEST_CASE("Time: RFC 3339 in UTC with milliseconds") {
  CHECK(to_text(at(0)) == "1970-01-01T00:00:00.000Z");
  CHECK(to_text(at(1795492800123)) == "2026-11-24T04:00:00.123Z");
  CHECK(to_text(at(-1)) == "1969-12-31T23:59:59.999Z");
  CHECK(to_text(std::chrono::sys_days{std::chrono::year{2024} / 2 / 29} + 23h + 59min + 59s + 7ms) ==
        "2024-02-29T23:59:59.007Z");
}

TEST_CASE("Time: what was written reads back") {
  INFO("COTERIE_SEED=" << coterie::testing::seed());
  std::mt19937_64 random(coterie::testing::seed());
  std::uniform_int_distribution<std::int64_t> ms(-62'167'219'200'000,
                                                 253'402'300'799'999);  // years 0 to 9999
  for (int i = 0; i < 10000; ++i) {
    const Timestamp time = at(ms(random));
    REQUIRE(timestamp_from_text(to_text(time)) == time);
  }
}

TEST_CASE("Time: beyond four digits of a year it stays within the form") {
  CHECK(to_text(Timestamp::max()) == "9999-12-31T23:59:59.999Z");
  CHECK(to_text(Timestamp::min()) == "0000-01-01T00:00:00.000Z");
}

TEST_CASE("Time: only the exact form is read") {
  for (const char* bad : {"",
                          "2026-11-23",
                          "2026-11-23T04:00:00Z",
                          "2026-11-23T04:00:00.12Z",
                          "2026-11-23T04:00:00.1234Z",
                          "2026-11-23 04:00:00.123Z",
                          "2026-11-23T04:00:00.123",
                          "2026-11-23T04:00:00.123z",
                          "2026-11-23T04:00:00.123+00:00",
                          "2026-13-23T04:00:00.123Z",
                          "2026-00-23T04:00:00.123Z",
                          "2026-02-29T04:00:00.123Z",
                          "2026-02-30T04:00:00.123Z",
                          "2026-11-00T04:00:00.123Z",
                          "2026-11-23T24:00:00.000Z",
                          "2026-11-23T04:60:00.000Z",
                          "2026-11-23T04:00:60.000Z",
                          "+026-11-23T04:00:00.123Z",
                          "2026-11-2 T04:00:00.123Z",
                          " 2026-11-23T04:00:00.123Z"})
    CHECK(!timestamp_from_text(bad));
  CHECK(timestamp_from_text("2024-02-29T00:00:00.000Z"));
}
