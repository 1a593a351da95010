#include "storage/text_format.hpp"

#include <doctest/doctest.h>

using namespace coterie;

TEST_CASE("Formats: what fits, and what only looks so") {
  struct Case {
    const char* format;
    const char* text;
    bool fits;
  };
  for (const Case& each : {Case{"date", "2024-02-29", true},
                           {"date", "2023-02-29", false},
                           {"date", "2024-2-09", false},
                           {"date", "2024-02-29x", false},
                           {"date", "", false},
                           {"time", "23:59:60Z", true},
                           {"time", "10:00:00.123+02:00", true},
                           {"time", "24:00:00Z", false},
                           {"time", "10:00:00", false},
                           {"time", "10:00:00.Z", false},
                           {"date-time", "2026-01-01T10:00:00Z", true},
                           {"date-time", "2026-01-01 10:00:00Z", false},
                           {"date-time", "2026-01-01T10:00:00", false},
                           {"email", "ann@example.org", true},
                           {"email", "ann.b+c@ex-ample.co.uk", true},
                           {"email", "ann@", false},
                           {"email", "@example.org", false},
                           {"email", "ann@example..org", false},
                           {"email", "ann b@example.org", false},
                           {"uuid", "0193a0b0-1c2d-7e3f-8a4b-5c6d7e8f9a0b", true},
                           {"uuid", "0193a0b01c2d-7e3f-8a4b-5c6d7e8f9a0b0", false},
                           {"uri", "https://example.org/a?b=c#d", true},
                           {"uri", "urn:isbn:0451450523", true},
                           {"uri", "example.org/a", false},
                           {"uri", "https://example.org/a b", false},
                           {"colour", "red", false}}) {
    CAPTURE(each.format);
    CAPTURE(each.text);
    CHECK(has_format(each.format, each.text) == each.fits);
  }
  CHECK(is_known_format("date"));
  CHECK_FALSE(is_known_format("colour"));
  CHECK(known_formats() == "date, date-time, email, time, uri, uuid");
}
