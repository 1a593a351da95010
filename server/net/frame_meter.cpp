#include "server/net/frame_meter.hpp"

#include <algorithm>

namespace coterie {
namespace {

constexpr unsigned char kFin = 0x80;
constexpr unsigned char kControl = 0x08;
constexpr unsigned char kOpcode = 0x0f;
constexpr unsigned char kMask = 0x80;
constexpr std::uint64_t kTopBit = 1ULL << 63;

std::size_t header_size(unsigned char second) {
  switch (second & 0x7f) {
    case 126:
      return 4;
    case 127:
      return 10;
    default:
      return 2;
  }
}

std::uint64_t payload_size(std::span<const unsigned char> header) {
  if (header.size() == 2) return header[1] & 0x7f;
  std::uint64_t size = 0;
  for (const unsigned char byte : header.subspan(2)) size = size << 8 | byte;
  return size;
}

}  // namespace

FrameVerdict FrameMeter::pass(std::span<const unsigned char> bytes, Time now, const FrameRates& rates) {
  while (!bytes.empty()) {
    if (skip_ != 0) {
      const std::size_t skipped = std::min<std::uint64_t>(skip_, bytes.size());
      skip_ -= skipped;
      bytes = bytes.subspan(skipped);
      continue;
    }
    header_[have_++] = bytes.front();
    bytes = bytes.subspan(1);
    if (have_ < 2 || have_ < header_size(header_[1])) continue;
    const std::uint64_t payload = payload_size({header_.data(), have_});
    const std::uint64_t mask = (header_[1] & kMask) != 0 ? 4 : 0;
    if ((payload & kTopBit) != 0) return FrameVerdict::bad_length;
    skip_ = payload + mask;
    have_ = 0;
    if (!count(now, rates)) return FrameVerdict::too_many;
  }
  return FrameVerdict::good;
}

bool FrameMeter::count(Time now, const FrameRates& rates) {
  if ((header_[0] & kOpcode & kControl) != 0) {
    const double elapsed = std::chrono::duration<double>(now - refilled_).count();
    refilled_ = now;
    control_spent_ =
        std::max(0.0, control_spent_ - elapsed * static_cast<double>(rates.control_frames_per_s)) + 1;
    return control_spent_ <= static_cast<double>(rates.control_frames_burst);
  }
  if ((header_[0] & kFin) != 0) {
    fragments_ = 0;
    return true;
  }
  return ++fragments_ <= rates.fragments;
}

}  // namespace coterie
