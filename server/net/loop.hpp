// The one thread on which sessions, rooms and sockets live. It works in turns: what is ready (bounded), then
// the hook at the end of the turn, which flushes the rooms: a whole group commit leaves as one write per
// subscriber. Thread: run() makes its caller the loop thread; post() and stop() may be called from any.
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace coterie {

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run();     // until stop(); what was posted before and not run yet is dropped with the loop
  void stop();    // any thread
  void finish();  // when it does not run (any more): runs what is ready, until nothing is
  void post(std::function<void()> task);  // any thread; runs in a later turn, in the order posted

  // Loop thread, or before run():
  void on_turn_end(std::function<void()> hook);
  void after(std::chrono::milliseconds delay, std::function<void()> task);   // once
  void every(std::chrono::milliseconds period, std::function<void()> task);  // until the loop ends
  void on_signal(std::initializer_list<int> signals, std::function<void(int signal)> task);

  boost::asio::io_context& context();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace coterie
