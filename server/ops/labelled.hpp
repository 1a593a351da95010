// One metric for each value of a label, all made at the start: the set is closed, so that no client's text
// ever becomes a label, and finding one needs no lock. What is not in the set counts as "other". Thread: any,
// once made.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace coterie {

template <class Metric>
class Labelled {
 public:
  // `make` is called with each value, and last with "other".
  template <class Make>
  Labelled(std::initializer_list<std::string_view> values, Make make) {
    for (const std::string_view value : values) metrics_.emplace_back(value, &make(std::string(value)));
    other_ = &make("other");
  }
  Metric& of(std::string_view value) const {
    for (const auto& [name, metric] : metrics_) {
      if (name == value) return *metric;
    }
    return *other_;
  }

 private:
  std::vector<std::pair<std::string, Metric*>>
      metrics_;  // a few dozen: looking through is quicker than hashing
  Metric* other_;
};

}  // namespace coterie
