// What all users of one run share.
#pragma once

#include <cstddef>
#include <string>

#include "bench/load/breach.hpp"
#include "bench/load/connection.hpp"
#include "bench/load/profile.hpp"
#include "bench/load/stats.hpp"

namespace load {

struct World {
  Loop& loop;
  Address address;
  const Profile& profile;
  Ledger& ledger;
  Stats& stats;
  std::string run = {};  // a word of this run: no two runs share a record or a mutation
  std::size_t entities = 0;
  bool quiet = false;  // the end: nobody edits any more, nobody drops
  std::size_t here = 0;
  std::size_t came = 0;   // were here at least once
  double last_break = 0;  // when a line ended last
};

std::string entity_name(const World& world, std::size_t number);

}  // namespace load
