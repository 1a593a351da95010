#include "server/auth/sign_in_throttle.hpp"

#include <doctest/doctest.h>

using namespace coterie;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp kNow{1'900'000'000s};
using Wait = std::optional<std::chrono::milliseconds>;

// One attempt that fails at once. The wait, where it is refused.
Wait fail(SignInThrottle& throttle, std::string_view account, std::string_view address, Timestamp now) {
  if (const Wait wait = throttle.begin(account, address, now)) return wait;
  throttle.failed(account, address, now);
  return std::nullopt;
}

void fail_times(SignInThrottle& throttle, int times, std::string_view account, std::string_view address,
                Timestamp now) {
  for (int i = 0; i < times; ++i) REQUIRE(fail(throttle, account, address, now) == std::nullopt);
}

std::string name_of(int i) { return "name-" + std::to_string(i); }
std::string address_of(int i) {
  return "10." + std::to_string(i >> 16) + '.' + std::to_string((i >> 8) & 255) + '.' +
         std::to_string(i & 255);
}

}  // namespace

TEST_CASE("Throttle: ten failures of an account in a minute, then there is a wait, from wherever") {
  SignInThrottle throttle;
  for (int i = 0; i < 10; ++i) {
    CHECK(fail(throttle, "ann", address_of(i), kNow + i * 6s) == std::nullopt);
  }

  CHECK(throttle.begin("ann", "10.9.9.9", kNow + 54s) == Wait(1s));
  CHECK(throttle.begin("ann", "10.9.9.9", kNow + 54s + 300ms) == Wait(700ms));
  CHECK(throttle.begin("ben", "10.9.9.9", kNow + 54s) == std::nullopt);
}

TEST_CASE("Throttle: nine a minute go on for ever") {
  SignInThrottle throttle;
  for (int minute = 0; minute < 100; ++minute)
    fail_times(throttle, 9, "ann", "10.0.0.1", kNow + minute * 60s);
}

TEST_CASE("Throttle: thirty failures of an address in a minute, whatever the names") {
  SignInThrottle throttle;
  for (int i = 0; i < 30; ++i) CHECK(fail(throttle, name_of(i), "10.0.0.1", kNow + i * 1s) == std::nullopt);

  CHECK(throttle.begin("somebody else", "10.0.0.1", kNow + 29s) == Wait(1s));
  CHECK(throttle.begin("somebody else", "10.0.0.2", kNow + 29s) == std::nullopt);
}

TEST_CASE("Throttle: each failure after a wait doubles the next, from 1 s to 60 s") {
  SignInThrottle throttle;
  fail_times(throttle, 10, "ann", "10.0.0.1", kNow);
  Timestamp now = kNow;
  for (const auto wait : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s}) {
    CHECK(throttle.refused("ann", "10.0.0.1", now) == Wait(wait));
    CHECK(throttle.refused("ann", "10.0.0.1", now + wait - 1ms) == Wait(1ms));
    now += wait;
    REQUIRE(fail(throttle, "ann", "10.0.0.1", now) == std::nullopt);
  }
}

TEST_CASE("Throttle: a night's attack on an account makes one attempt a minute, and is forgiven in minutes") {
  SignInThrottle throttle;
  int attempts = 0;
  Timestamp now = kNow;
  for (; now < kNow + 8h; now += 1s) attempts += fail(throttle, "ann", "10.0.0.1", now) ? 0 : 1;

  CHECK(attempts < 8 * 60 + 20);
  CHECK(throttle.refused("ann", "10.0.0.1", now + 60s) == std::nullopt);
  fail_times(throttle, 9, "ann", "10.0.0.1", now + 10min);
}

TEST_CASE("Throttle: success clears the account, and not the address, which may hold an account of its own") {
  SignInThrottle throttle;
  fail_times(throttle, 9, "ann", "10.0.0.1", kNow);
  REQUIRE(throttle.begin("ann", "10.0.0.1", kNow) == std::nullopt);
  throttle.succeeded("ann", "10.0.0.1");
  fail_times(throttle, 9, "ann", "10.0.0.1", kNow);

  for (int i = 0; i < 12; ++i) {
    REQUIRE(throttle.begin("mine", "10.0.0.1", kNow) == std::nullopt);
    throttle.succeeded("mine", "10.0.0.1");
    fail(throttle, name_of(i), "10.0.0.1", kNow);
  }

  CHECK(throttle.refused("another", "10.0.0.1", kNow) == Wait(1s));
}

TEST_CASE(
    "Throttle: many attempts at once are no way around it, and one that came to nothing costs nothing") {
  SignInThrottle throttle;
  for (int i = 0; i < 10; ++i) CHECK(throttle.begin("ann", address_of(i), kNow) == std::nullopt);
  CHECK(throttle.begin("ann", "10.9.9.9", kNow) == Wait(1s));

  throttle.dropped("ann", address_of(0));
  CHECK(throttle.begin("ann", "10.9.9.9", kNow) == std::nullopt);
  for (int i = 1; i < 10; ++i) throttle.failed("ann", address_of(i), kNow);
  throttle.failed("ann", "10.9.9.9", kNow);

  CHECK(throttle.begin("ann", "10.9.9.8", kNow + 1s) == std::nullopt);  // punished: one at a time
  CHECK(throttle.begin("ann", "10.9.9.8", kNow + 1s) == Wait(1s));
}

TEST_CASE("Throttle: what is refused is not counted") {
  SignInThrottle throttle;
  fail_times(throttle, 10, "ann", "10.0.0.1", kNow);
  for (int i = 0; i < 1000; ++i) CHECK(throttle.begin("ann", "10.0.0.1", kNow).has_value());

  CHECK(throttle.begin("ann", "10.0.0.1", kNow + 1s) == std::nullopt);
}

TEST_CASE(
    "Throttle: whoever makes up names and addresses grows nothing, and wipes out no punishment [law 6]") {
  SignInThrottle throttle({10, 30, 1000});
  fail_times(throttle, 10, "ann", "10.250.0.1", kNow);
  for (int i = 0; i < 30; ++i) fail(throttle, name_of(i), "10.250.0.2", kNow);

  for (int i = 0; i < 20'000; ++i) fail(throttle, name_of(i), address_of(i), kNow + 500ms);

  CHECK(throttle.remembered() <= 2000);
  CHECK(throttle.refused("ann", "10.251.0.1", kNow + 500ms) == Wait(500ms));
  CHECK(throttle.refused("somebody", "10.250.0.2", kNow + 500ms) == Wait(500ms));
}

TEST_CASE("Throttle: where all are punished the one whose punishment is oldest makes room [law 6]") {
  SignInThrottle throttle({1, 1'000'000, 10});
  for (int i = 0; i < 30; ++i) fail(throttle, name_of(i), "10.0.0.1", kNow + i * 1ms);

  CHECK(throttle.refused(name_of(19), "10.0.0.1", kNow + 30ms) == std::nullopt);
  for (int i = 20; i < 30; ++i) CHECK(throttle.refused(name_of(i), "10.0.0.1", kNow + 30ms).has_value());
}

TEST_CASE("Throttle: a punishment that is over makes room before a failure of just now") {
  SignInThrottle throttle({3, 1'000'000, 2});
  fail_times(throttle, 3, "long ago", "10.0.0.1", kNow);
  fail_times(throttle, 2, "ann", "10.0.0.1", kNow + 10min);
  fail_times(throttle, 1, "ben", "10.0.0.1", kNow + 10min);

  fail_times(throttle, 1, "ann", "10.0.0.1", kNow + 10min);

  CHECK(throttle.refused("ann", "10.0.0.1", kNow + 10min) == Wait(1s));
}

TEST_CASE("Throttle: a clock that goes back locks nobody out for longer than a minute") {
  SignInThrottle throttle;
  fail_times(throttle, 10, "ann", "10.0.0.1", kNow);

  CHECK(throttle.refused("ann", "10.0.0.1", kNow - 24h) == Wait(60s));
}

TEST_CASE("Throttle: of IPv6 the first 64 bits count, IPv4 within IPv6 is IPv4") {
  CHECK(throttled_address("192.0.2.7") == "192.0.2.7");
  CHECK(throttled_address("::ffff:192.0.2.7") == "192.0.2.7");
  CHECK(throttled_address("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
  CHECK(throttled_address("2001:0DB8:0001:0002::1") == "2001:db8:1:2::/64");
  CHECK(throttled_address("2001:db8:1:3::1") == "2001:db8:1:3::/64");
  CHECK(throttled_address("") == "");
  CHECK(throttled_address("unix") == "unix");

  SignInThrottle throttle;
  for (int i = 0; i < 30; ++i) fail(throttle, name_of(i), "2001:db8::" + std::to_string(i), kNow);
  CHECK(throttle.refused("somebody", "2001:db8::ffff", kNow) == Wait(1s));
}
