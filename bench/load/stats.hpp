// What a run is judged by: latencies in bounded logarithmic buckets (about 1.5 % wide, 1 µs to 10 min), over
// all and for each second, and counts by name.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace load {

class Histogram {
 public:
  void add(double micros);
  std::uint64_t count() const { return count_; }
  double percentile(double share) const;  // in microseconds; 0 where nothing was added
  double highest() const { return highest_; }
  void merge(const Histogram& other);

 private:
  static constexpr std::size_t kBuckets = 30 * 46;
  static std::size_t bucket_of(double micros);
  static double value_of(std::size_t bucket);
  std::array<std::uint32_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  double highest_ = 0;
};

struct Second {
  Histogram writes;
  Histogram reads;
  Histogram deliveries;
  Histogram locks;
  std::map<std::string, std::uint64_t> outcomes;
};

class Stats {
 public:
  void begin(double now);  // seconds of the steady clock; what is added before counts for nothing
  void write(double now, double micros);
  void read(double now, double micros);
  void delivery(double now, double micros);
  void lock(double now, double micros);  // the answer to a `lock`, however it went
  void outcome(double now,
               const std::string& name);  // of an edit: committed, conflict, repeated, guard_failed ...
  void count(const std::string& name) { ++counts_[name]; }

  const std::vector<Second>& seconds() const { return seconds_; }
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }
  Second total() const;
  Second latest() const;  // the last whole second

 private:
  Second* at(double now);
  double began_ = -1;
  std::vector<Second> seconds_;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace load
