#include "server/sync/in_flight.hpp"

#include <doctest/doctest.h>

using namespace coterie;
using namespace std::chrono_literals;

namespace {
const InFlight::Time kStart{};
constexpr auto kEdit = InFlight::Kind::edit;
constexpr auto kOther = InFlight::Kind::other;
}  // namespace

TEST_CASE("InFlight: no id twice while the first waits; afterwards it is free again") {
  InFlight requests(10);
  CHECK_FALSE(requests.begin(RequestId{1}, kOther, kStart));

  const auto again = requests.begin(RequestId{1}, kEdit, kStart);
  REQUIRE(again);
  CHECK(again->code == ErrorCode::id_reused);
  CHECK(requests.end(RequestId{1}));
  CHECK_FALSE(requests.begin(RequestId{1}, kEdit, kStart));
}

TEST_CASE("InFlight: only so many wait at once [law 6]") {
  InFlight requests(2);
  CHECK_FALSE(requests.begin(RequestId{1}, kOther, kStart));
  CHECK_FALSE(requests.begin(RequestId{2}, kOther, kStart));

  const auto third = requests.begin(RequestId{3}, kOther, kStart);
  REQUIRE(third);
  CHECK(third->code == ErrorCode::rate_limited);
  CHECK(third->retry);
  CHECK(third->retry_after);
  requests.end(RequestId{1});
  CHECK_FALSE(requests.begin(RequestId{3}, kOther, kStart));
}

TEST_CASE("InFlight: an edit is overdue after ten seconds, once, and its late answer is dropped") {
  InFlight requests(10);
  requests.begin(RequestId{1}, kEdit, kStart);
  requests.begin(RequestId{2}, kOther, kStart);
  requests.begin(RequestId{3}, kEdit, kStart + 5s);

  CHECK(requests.sweep(kStart + 9s).empty());
  CHECK(requests.sweep(kStart + 10s) == std::vector{RequestId{1}});
  CHECK(requests.sweep(kStart + 11s).empty());

  CHECK(requests.begin(RequestId{1}, kEdit, kStart + 11s));  // its outcome may still come
  CHECK_FALSE(requests.end(RequestId{1}));
  CHECK(requests.end(RequestId{3}));
  CHECK(requests.size() == 1);
}

TEST_CASE("InFlight: what never began may be answered") {
  InFlight requests(10);
  CHECK(requests.end(RequestId{7}));
}
