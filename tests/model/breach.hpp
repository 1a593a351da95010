// A promise that was seen broken: ends its world, with what was seen. Thread: any.
#pragma once

#include <stdexcept>
#include <string>

namespace coterie::model {

struct Breach : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void require(bool holds, const std::string& what) {
  if (!holds) throw Breach(what);
}

}  // namespace coterie::model
