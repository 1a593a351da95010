// The times that messages carry, found in what a socket reads however the reads cut it. Every message holds
// "t":NANOS once.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

namespace bench {

// Calls seen(nanos) for each message in `bytes`; what a read has cut waits in `tail`.
template <class Seen>
void read_marks(std::string& tail, std::string_view bytes, Seen seen) {
  static constexpr std::string_view kMark = "\"t\":";
  static constexpr std::size_t kMostDigits = 21;
  std::string joined;
  if (!tail.empty()) {
    joined = tail;
    joined += bytes;
    bytes = joined;
    tail.clear();
  }
  std::size_t at = 0;
  for (;;) {
    const auto found = bytes.find(kMark, at);
    if (found == std::string_view::npos) {
      tail = bytes.substr(std::max(at, bytes.size() > 3 ? bytes.size() - 3 : 0));
      return;
    }
    if (bytes.size() < found + kMark.size() + kMostDigits) {
      tail = bytes.substr(found);
      return;
    }
    seen(std::strtol(bytes.data() + found + kMark.size(), nullptr, 10));
    at = found + kMark.size() + 10;
  }
}

}  // namespace bench
