// One band: so many users for so many seconds under one profile, then the reckoning at rest.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/load/breach.hpp"
#include "bench/load/connection.hpp"
#include "bench/load/memory_probe.hpp"
#include "bench/load/profile.hpp"
#include "bench/load/stats.hpp"

namespace load {

struct BandOptions {
  Address address;
  Profile profile;
  std::size_t users = 50;
  double seconds = 30;
  std::uint64_t seed = 0;
  double memory_growth = 0;  // percent that the server's memory may grow after the first third; 0: any
  std::size_t fill_mib = 0;  // written before the users come in, so that the server's caches are full
  bool progress = true;      // a live line on standard error
};

struct Band {
  std::size_t users = 0;
  double seconds = 0;
  Stats stats;
  std::uint64_t breaches = 0;
  std::vector<std::string> first_breaches;
  std::uint64_t acknowledged = 0;
  std::vector<MemorySample> memory;  // of the server, while the users were at work
};

Band run_band(const BandOptions& options);

}  // namespace load
