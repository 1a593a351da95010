#include "bench/load/memory_probe.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace load {
namespace {

constexpr double kEverySeconds = 2;
constexpr double kFirstMinutes = 300;  // seconds after which even a long run has reached its size
constexpr std::size_t kLeastSamples = 3;

// The least of the samples in between; 0: there are too few.
double least(const std::vector<MemorySample>& samples, double from, double to) {
  std::size_t count = 0;
  double least_bytes = 0;
  for (const MemorySample& sample : samples) {
    if (sample.second < from || sample.second > to) continue;
    least_bytes = count == 0 ? sample.bytes : std::min(least_bytes, sample.bytes);
    ++count;
  }
  return count < kLeastSamples ? 0 : least_bytes;
}

}  // namespace

std::optional<MemoryGrowth> growth_of(const std::vector<MemorySample>& samples) {
  if (samples.empty()) return std::nullopt;
  const double end = samples.back().second;
  const double settled = std::min(end / 3, kFirstMinutes);
  const double width = end / 10;
  const MemoryGrowth growth{least(samples, settled, settled + width), least(samples, end - width, end)};
  if (growth.early_bytes == 0 || growth.late_bytes == 0) return std::nullopt;
  return growth;
}

std::optional<double> resident_bytes_in(const std::string& metrics) {
  const std::string name = "\nprocess_resident_memory_bytes ";
  const auto at = metrics.find(name);
  if (at == std::string::npos) return std::nullopt;
  return std::strtod(metrics.c_str() + at + name.size(), nullptr);
}

void MemoryProbe::start(double now) {
  began_ = now;
  ask();
}

void MemoryProbe::ask() {
  if (stopped_) return;
  close();  // one that was not answered is given up
  loop_.at(now_seconds() + kEverySeconds, [this] { ask(); });
  fd_ = begin_connecting(address_);
  if (fd_ < 0) return;
  sent_ = false;
  in_.clear();
  loop_.watch(fd_, EPOLLIN | EPOLLOUT, [this](std::uint32_t events) { ready(events); });
}

void MemoryProbe::ready(std::uint32_t events) {
  if (!sent_ && (events & EPOLLOUT) != 0) {
    const std::string request = fmt::format(
        "GET /metrics HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n\r\n", address_.host, address_.port);
    (void)::send(fd_, request.data(), request.size(), MSG_NOSIGNAL);
    sent_ = true;
    loop_.change(fd_, EPOLLIN);
    return;
  }
  char buffer[64 * 1024];
  const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n > 0) {
    in_.append(buffer, static_cast<std::size_t>(n));
    return;
  }
  if (const auto bytes = resident_bytes_in(in_)) samples_.push_back({now_seconds() - began_, *bytes});
  close();
}

void MemoryProbe::close() {
  if (fd_ < 0) return;
  loop_.forget(fd_);
  ::close(fd_);
  fd_ = -1;
}

}  // namespace load
