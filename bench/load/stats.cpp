#include "bench/load/stats.hpp"

#include <algorithm>
#include <cmath>

namespace load {

// 46 buckets to each doubling: neighbouring bounds differ by a factor of 2^(1/46).
std::size_t Histogram::bucket_of(double micros) {
  if (!(micros > 1)) return 0;
  return std::min(kBuckets - 1, static_cast<std::size_t>(std::log2(micros) * 46));
}

double Histogram::value_of(std::size_t bucket) { return std::exp2((static_cast<double>(bucket) + 0.5) / 46); }

void Histogram::add(double micros) {
  ++buckets_[bucket_of(micros)];
  ++count_;
  highest_ = std::max(highest_, micros);
}

double Histogram::percentile(double share) const {
  if (count_ == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen >= wanted) return std::min(value_of(i), highest_);
  }
  return highest_;
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  highest_ = std::max(highest_, other.highest_);
}

void Stats::begin(double now) { began_ = now; }

Second* Stats::at(double now) {
  if (began_ < 0 || now < began_) return nullptr;
  const auto index = static_cast<std::size_t>(now - began_);
  if (index >= 24 * 3600) return nullptr;
  if (index >= seconds_.size()) seconds_.resize(index + 1);
  return &seconds_[index];
}

void Stats::write(double now, double micros) {
  if (Second* second = at(now)) second->writes.add(micros);
}
void Stats::read(double now, double micros) {
  if (Second* second = at(now)) second->reads.add(micros);
}
void Stats::delivery(double now, double micros) {
  if (Second* second = at(now)) second->deliveries.add(micros);
}
void Stats::lock(double now, double micros) {
  if (Second* second = at(now)) second->locks.add(micros);
}
void Stats::outcome(double now, const std::string& name) {
  if (Second* second = at(now)) ++second->outcomes[name];
}

Second Stats::total() const {
  Second sum;
  for (const Second& second : seconds_) {
    sum.writes.merge(second.writes);
    sum.reads.merge(second.reads);
    sum.deliveries.merge(second.deliveries);
    sum.locks.merge(second.locks);
    for (const auto& [name, count] : second.outcomes) sum.outcomes[name] += count;
  }
  return sum;
}

Second Stats::latest() const { return seconds_.size() < 2 ? Second{} : seconds_[seconds_.size() - 2]; }

}  // namespace load
