#include "bench/load/loop.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace load {

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}
Loop::~Loop() { close(epoll_); }

void Loop::watch(int fd, std::uint32_t events, Ready ready) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  ready_[fd] = std::move(ready);
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void Loop::change(int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void Loop::forget(int fd) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  ready_.erase(fd);
}

void Loop::at(double when, std::function<void()> what) { timers_.push({when, order_++, std::move(what)}); }

void Loop::run_until(double when) {
  std::vector<epoll_event> events(512);
  while (!stopped_ && now_seconds() < when) {
    double wake = when;
    if (!timers_.empty()) wake = std::min(wake, timers_.top().when);
    const double wait = std::clamp(wake - now_seconds(), 0.0, 0.1);
    const int n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                             static_cast<int>(std::ceil(wait * 1000)));
    for (int i = 0; i < n; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      const auto found = ready_.find(event.data.fd);
      if (found == ready_.end()) continue;
      const Ready ready = found->second;  // the call may forget it
      ready(event.events);
    }
    const double now = now_seconds();
    while (!timers_.empty() && timers_.top().when <= now) {
      const auto what = timers_.top().what;
      timers_.pop();
      what();
    }
  }
}

}  // namespace load
