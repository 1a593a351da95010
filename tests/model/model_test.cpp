// Random worlds for a bounded time. COTERIE_SEED=N begins with world N, the very same again where it is
// stepped; COTERIE_MODEL_SECONDS and COTERIE_MODEL_WORLDS make it longer or say how many.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/model/breach.hpp"
#include "tests/model/world.hpp"
#include "tests/support/random_document.hpp"

namespace coterie::model {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* given = std::getenv(name);
  return given != nullptr ? std::strtoull(given, nullptr, 10) : otherwise;
}

// What was seen broken in this world; empty: nothing.
std::string breach_of(const Shape& shape, Tally& tally) {
  World world(shape);
  try {
    world.run(tally);
    return {};
  } catch (const std::exception& breach) {
    return std::string(breach.what()) + "\n" + world.describe();
  }
}

}  // namespace

TEST_CASE(
    "Model: whatever happens, everyone comes to hold what the reference model holds [laws 1, 2, 3, 4, 5]") {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end =
      Clock::now() + std::chrono::seconds(from_environment("COTERIE_MODEL_SECONDS", 8));
  const std::uint64_t worlds = from_environment("COTERIE_MODEL_WORLDS", 1'000'000);
  const std::uint64_t first = testing::seed() % 1'000'000'000;
  std::cout << "model: COTERIE_SEED=" << first << std::endl;

  Tally tally;
  std::string breach;
  for (std::uint64_t i = 0; i < worlds && breach.empty() && Clock::now() < end; ++i) {
    breach = breach_of(random_shape(first + i), tally);
  }

  INFO(breach);
  CHECK(breach.empty());
  CHECK(tally.commits > 0);
  std::cout << "model: " << tally.worlds << " worlds, " << tally.commits << " commits, " << tally.events
            << " events" << std::endl;
  for (const auto& [name, count] : tally.figures) {
    if (count > 0) std::cout << "  " << name << ' ' << count << '\n';
  }
}

}  // namespace coterie::model
