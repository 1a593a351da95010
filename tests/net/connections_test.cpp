#include "server/net/connections.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <vector>

using namespace coterie;
using namespace std::chrono_literals;

namespace {

struct Waiting : PeerConnection {
  explicit Waiting(SteadyTime when) : deadline(when) {}
  SteadyTime sweep(SteadyTime now) override {
    ++looked_at;
    if (now < deadline) return deadline;
    if (!fired_at) fired_at = now;
    return now + 1h;
  }
  void say_goodbye(const Goodbye&) override { ++goodbyes; }
  void cut() override {}
  SteadyTime deadline;
  std::optional<SteadyTime> fired_at;
  int looked_at = 0;
  int goodbyes = 0;
};

constexpr auto kTick = 250ms;
const SteadyTime kStart{24h};

}  // namespace

TEST_CASE("Connections: every deadline is met within two ticks and never early [law 6]") {
  std::mt19937 random(7);
  Connections connections(kTick);
  connections.sweep(kStart);
  std::vector<std::unique_ptr<Waiting>> waiting;
  for (int i = 0; i < 500; ++i) {
    const auto when = kStart + std::chrono::milliseconds(std::uniform_int_distribution(0, 200'000)(random));
    waiting.push_back(std::make_unique<Waiting>(when));
    connections.enter(*waiting.back());
  }

  for (auto now = kStart; now < kStart + 201s; now += 97ms) connections.sweep(now);

  int most = 0;
  for (const auto& one : waiting) {
    REQUIRE(one->fired_at.has_value());
    CHECK(*one->fired_at >= one->deadline);
    CHECK(*one->fired_at <= one->deadline + 2 * kTick);
    most = std::max(most, one->looked_at);
  }
  CHECK(most < 10);  // and nobody is looked at again and again
}

TEST_CASE("Connections: a deadline that comes nearer is met, a clock set ahead sweeps everybody") {
  Connections connections(kTick);
  connections.sweep(kStart);
  Waiting nearer(kStart + 50s);
  Waiting far(kStart + 1000s);
  connections.enter(nearer);
  connections.enter(far);
  connections.sweep(kStart + 1s);
  nearer.deadline = kStart + 3s;
  connections.due(nearer, nearer.deadline);
  for (auto now = kStart + 1s; now < kStart + 4s; now += kTick) connections.sweep(now);
  CHECK(nearer.fired_at.has_value());

  connections.sweep(kStart + 2000s);
  CHECK(far.fired_at.has_value());
}

TEST_CASE("Connections: one that is gone is swept no more and counted no more") {
  Connections connections(kTick);
  auto gone = std::make_unique<Waiting>(kStart);
  Waiting stays(kStart);
  connections.enter(*gone);
  connections.enter(stays);
  auto place = std::make_unique<ConnectionPlace>(connections, "10.0.0.1");
  auto moved = std::make_unique<ConnectionPlace>(std::move(*place));
  place.reset();
  CHECK(connections.count() == 1);
  CHECK(connections.count("10.0.0.1") == 1);
  CHECK(connections.count("10.0.0.2") == 0);

  gone.reset();
  moved.reset();
  connections.sweep(kStart + 1s);
  connections.for_each([](PeerConnection& connection) { connection.say_goodbye({}); });

  CHECK(stays.looked_at == 1);
  CHECK(stays.goodbyes == 1);
  CHECK(connections.count() == 0);
  CHECK(connections.count("10.0.0.1") == 0);
}
