// The middle and the tail of what was waited for.
#pragma once

#include <algorithm>
#include <vector>

namespace bench {

struct Percentiles {
  double p50_ms = 0;
  double p99_ms = 0;
};

// `nanos` in any order; zeros where there are none.
inline Percentiles percentiles(std::vector<double> nanos) {
  if (nanos.empty()) return {};
  std::sort(nanos.begin(), nanos.end());
  return {nanos[nanos.size() / 2] * 1e-6, nanos[nanos.size() * 99 / 100] * 1e-6};
}

}  // namespace bench
