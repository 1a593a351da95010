// Any bytes as a client's frames: the meter comes to the same verdict whether they arrive at once or one by
// one.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "server/net/frame_meter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace coterie;
  const FrameRates rates{4, 10, 4};
  const FrameMeter::Time now{std::chrono::hours(1)};

  FrameMeter whole;
  const FrameVerdict expected = whole.pass({data, size}, now, rates);
  FrameMeter piecemeal;
  FrameVerdict verdict = FrameVerdict::good;
  for (std::size_t i = 0; i < size && verdict == FrameVerdict::good; ++i) {
    verdict = piecemeal.pass({data + i, 1}, now, rates);
  }
  if (verdict != expected) std::abort();
  return 0;
}
