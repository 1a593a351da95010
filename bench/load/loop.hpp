// One thread, epoll and timers: enough for ten thousand simulated users.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <unordered_map>
#include <vector>

namespace load {

double now_seconds();  // of the steady clock

class Loop {
 public:
  using Ready = std::function<void(std::uint32_t events)>;
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void watch(int fd, std::uint32_t events, Ready ready);
  void change(int fd, std::uint32_t events);
  void forget(int fd);
  void at(double when, std::function<void()> what);  // runs once, not before `when`
  void run_until(double when);                       // or until stop()
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

 private:
  struct Timer {
    double when;
    std::uint64_t order;
    std::function<void()> what;
    bool operator>(const Timer& other) const {
      return when != other.when ? when > other.when : order > other.order;
    }
  };
  int epoll_;
  std::unordered_map<int, Ready> ready_;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::uint64_t order_ = 0;
  bool stopped_ = false;
};

}  // namespace load
