// Asks the server for its metrics each few seconds while a run goes on, and keeps what it says of its
// resident memory. The users' loop carries it, so that nothing else runs beside them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/load/connection.hpp"
#include "bench/load/loop.hpp"

namespace load {

struct MemorySample {
  double second = 0;  // of the run
  double bytes = 0;
};

// What grew: the least of the samples after the first third (of a long run: after five minutes), against the
// least of the last tenth. The least, because an allocator keeps what is free for a while, more or less of
// it; what leaks is never given back. In percent; nothing where there are too few samples to tell.
struct MemoryGrowth {
  double early_bytes = 0;
  double late_bytes = 0;
  double percent() const { return early_bytes > 0 ? (late_bytes / early_bytes - 1) * 100 : 0; }
};
std::optional<MemoryGrowth> growth_of(const std::vector<MemorySample>& samples);

// Of the text of /metrics.
std::optional<double> resident_bytes_in(const std::string& metrics);

class MemoryProbe {
 public:
  MemoryProbe(Loop& loop, const Address& address) : loop_(loop), address_(address) {}
  ~MemoryProbe() { close(); }
  MemoryProbe(const MemoryProbe&) = delete;
  MemoryProbe& operator=(const MemoryProbe&) = delete;

  void start(double now);  // the run begins; samples come until stop()
  void stop() { stopped_ = true; }
  const std::vector<MemorySample>& samples() const { return samples_; }

 private:
  void ask();
  void ready(std::uint32_t events);
  void close();

  Loop& loop_;
  Address address_;
  double began_ = 0;
  bool stopped_ = false;
  int fd_ = -1;
  bool sent_ = false;
  std::string in_;
  std::vector<MemorySample> samples_;
};

}  // namespace load
