// What somebody who means ill does to the others: people who edit and watch at a calm rate, measured turn
// about with and without one of four plagues, in one run against one server. The answer is a ratio: how much
// later the others' events come.
#pragma once

#include <string>
#include <vector>

#include "bench/wire/child.hpp"

namespace bench {

enum class Plague {
  none,   // both halves are calm: how much the measurement itself scatters
  flood,  // one user, ten WebSockets, requests of every kind as fast as they are taken; comes back when cut
  noise,  // the same with lines that cannot be read
  http,   // one user, ten connections, requests as fast as they are answered
  slow,   // a hundred who watch everything and read nothing
};
Plague plague_of(const std::string& name);  // throws std::runtime_error

struct AbuseLoad {
  int people = 20;     // each watches everything
  double rate = 200;   // edits a second of all of them together
  int rounds = 6;      // of each half
  double seconds = 2;  // of one half
  std::size_t message_bytes = 400;
};

struct AbuseFigures {
  long expected = 0;
  long delivered = 0;
  std::vector<double> p99_calm_ms;  // of each round
  std::vector<double> p99_with_ms;
  double p50_calm_ms = 0;  // over all
  double p50_with_ms = 0;
  double whole_calm_ms = 0;  // p99 over all rounds together
  double whole_with_ms = 0;
  double cpu_calm = 0;  // of the server, share of one core
  double cpu_with = 0;
  long refused = 0;  // what the server counted as over a limit
};

AbuseFigures run_abuse(const Child& server, Plague plague, const AbuseLoad& load);

}  // namespace bench
