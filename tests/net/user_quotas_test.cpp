#include "server/net/user_quotas.hpp"

#include <doctest/doctest.h>

using namespace coterie;
using namespace std::chrono_literals;

namespace {

const UserId kAnn{"ann"};
const UserId kBob{"bob"};

NetLimits limits() {
  NetLimits limits;
  limits.connections_per_user = 2;
  limits.messages_per_s = 10;
  limits.messages_burst = 5;
  return limits;
}

}  // namespace

TEST_CASE("UserQuotas: connections are counted by user and given back [law 6]") {
  const NetLimits some = limits();
  UserQuotas quotas(some);
  CHECK(quotas.enter(kAnn));
  CHECK(quotas.enter(kAnn));
  CHECK_FALSE(quotas.enter(kAnn));
  CHECK(quotas.enter(kBob));
  quotas.leave(kAnn);
  CHECK(quotas.enter(kAnn));
}

TEST_CASE(
    "UserQuotas: messages have a burst and a rate over all connections, and say when to come back [law 6]") {
  const NetLimits some = limits();
  UserQuotas quotas(some);
  quotas.enter(kAnn);
  quotas.enter(kBob);
  SteadyTime now{1h};
  for (int i = 0; i < 5; ++i) CHECK_FALSE(quotas.charge(kAnn, now).has_value());
  const auto wait = quotas.charge(kAnn, now);
  REQUIRE(wait.has_value());
  CHECK(*wait == 100ms);
  CHECK_FALSE(quotas.charge(kBob, now).has_value());
  CHECK_FALSE(quotas.charge(kAnn, now + *wait).has_value());
  CHECK(quotas.charge(kAnn, now + *wait).has_value());
}

TEST_CASE(
    "UserQuotas: who leaves and comes back begins no new account, and is forgotten once it is paid [law 6]") {
  UserQuotas quotas(limits());
  const SteadyTime now{1h};
  for (int i = 0; i < 5; ++i) {
    quotas.enter(kAnn);
    CHECK_FALSE(quotas.charge(kAnn, now).has_value());
    quotas.leave(kAnn);
  }
  quotas.sweep(now);
  CHECK(quotas.charge(kAnn, now).has_value());
  quotas.enter(kBob);

  quotas.sweep(now + 20s);
  CHECK(quotas.size() == 1);
  quotas.leave(kBob);
  quotas.sweep(now + 40s);
  CHECK(quotas.size() == 0);
}

TEST_CASE("UserQuotas: HTTP requests under way are counted until the last that holds one lets go [law 6]") {
  NetLimits some = limits();
  some.requests_per_user = 2;
  UserQuotas quotas(some);
  std::shared_ptr<void> first = quotas.begin_request(kAnn);
  std::shared_ptr<void> copy = first;
  const std::shared_ptr<void> second = quotas.begin_request(kAnn);
  CHECK(second != nullptr);
  CHECK(quotas.begin_request(kAnn) == nullptr);
  CHECK(quotas.begin_request(kBob) != nullptr);
  first.reset();
  CHECK(quotas.begin_request(kAnn) == nullptr);
  copy.reset();
  CHECK(quotas.begin_request(kAnn) != nullptr);
  quotas.sweep(SteadyTime{1h});
  CHECK(quotas.size() == 1);
}

TEST_CASE("UserQuotas: a cap of 0 is none") {
  NetLimits none = limits();
  none.connections_per_user = 0;
  none.messages_per_s = 0;
  none.requests_per_user = 0;
  UserQuotas quotas(none);
  for (int i = 0; i < 1000; ++i) {
    CHECK(quotas.enter(kAnn));
    CHECK_FALSE(quotas.charge(kAnn, SteadyTime{}).has_value());
    CHECK(quotas.begin_request(kAnn) != nullptr);
  }
}
