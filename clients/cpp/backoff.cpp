#include "clients/cpp/backoff.hpp"

#include <algorithm>

namespace coterie {
namespace {

constexpr std::int64_t kFirstMs = 1000;
constexpr std::int64_t kMostMs = 30'000;

}  // namespace

std::chrono::milliseconds Backoff::next() {
  const std::int64_t whole = failures_ >= 5 ? kMostMs : std::min(kMostMs, kFirstMs << failures_);
  ++failures_;
  return within(std::chrono::milliseconds{whole / 2}, std::chrono::milliseconds{whole});
}

std::chrono::milliseconds Backoff::within(std::chrono::milliseconds least, std::chrono::milliseconds most) {
  const std::int64_t low = std::max<std::int64_t>(0, least.count());
  const std::int64_t high = std::max(low, static_cast<std::int64_t>(most.count()));
  return std::chrono::milliseconds{std::uniform_int_distribution<std::int64_t>(low, high)(random_)};
}

}  // namespace coterie
