// What counts as growth of the server's memory.
#include <doctest/doctest.h>

#include "bench/load/memory_probe.hpp"

namespace {

template <class Bytes>
std::vector<load::MemorySample> samples(double seconds, Bytes bytes) {
  std::vector<load::MemorySample> out;
  for (double second = 0; second <= seconds; second += 2) out.push_back({second, bytes(second)});
  return out;
}

}  // namespace

TEST_CASE("Load: memory that reaches its size in the first third has not grown") {
  const auto growth = load::growth_of(samples(300, [](double s) { return s < 90 ? 1000 + s * 10 : 1900; }));

  REQUIRE(growth);
  CHECK(growth->percent() == doctest::Approx(0));
}

TEST_CASE("Load: memory that grows to the end is noticed") {
  const auto growth = load::growth_of(samples(300, [](double s) { return 1000 + s * 10; }));

  REQUIRE(growth);
  CHECK(growth->percent() > 50);
}

TEST_CASE("Load: of an hour all but the first minutes counts") {
  const auto growth = load::growth_of(samples(3600, [](double s) { return s < 1200 ? 1000 + s : 2200; }));

  REQUIRE(growth);
  CHECK(growth->percent() > 40);
}

TEST_CASE("Load: one high sample is no growth, and too few say nothing") {
  const auto growth = load::growth_of(samples(300, [](double s) { return s == 298 ? 9000.0 : 1000.0; }));
  REQUIRE(growth);
  CHECK(growth->percent() == doctest::Approx(0));

  CHECK_FALSE(load::growth_of({}));
  CHECK_FALSE(load::growth_of(samples(4, [](double) { return 1000.0; })));
}

TEST_CASE("Load: what the allocator keeps for a while is no growth, and hides none") {
  const auto kept = [](double s) { return s * static_cast<double>(static_cast<int>(s) % 20); };
  const auto steady = load::growth_of(samples(300, [&](double s) { return 1000 + kept(s); }));
  const auto leaking = load::growth_of(samples(300, [&](double s) { return 1000 + s + kept(s); }));

  REQUIRE((steady && leaking));
  CHECK(steady->percent() == doctest::Approx(0));
  CHECK(leaking->percent() > 10);
}

TEST_CASE("Load: the resident memory is read from the metrics") {
  const std::string metrics =
      "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes 17256448\nother 1\n";

  CHECK(load::resident_bytes_in(metrics) == 17256448);
  CHECK_FALSE(load::resident_bytes_in("nothing\n"));
}
