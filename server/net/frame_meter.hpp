// Looks at the headers of incoming WebSocket frames as their bytes pass by, and counts what the reader above
// does not tell: fragments of one message and control frames. Says stop before the reader has worked on them.
// Thread: loop; plain code. Law 6.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

namespace coterie {

struct FrameRates {
  std::size_t fragments = 1024;
  std::size_t control_frames_per_s = 20;
  std::size_t control_frames_burst = 100;
};

enum class FrameVerdict { good, too_many, bad_length };

class FrameMeter {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Anything but good: nothing further is to be read.
  FrameVerdict pass(std::span<const unsigned char> bytes, Time now, const FrameRates& rates);

 private:
  bool count(Time now, const FrameRates& rates);

  std::array<unsigned char, 10> header_{};  // without the mask
  std::uint8_t have_ = 0;
  std::uint64_t skip_ = 0;  // of mask and payload still to come
  std::size_t fragments_ = 0;
  double control_spent_ = 0;  // tokens taken and not refilled yet
  Time refilled_{};
};

}  // namespace coterie
