#include "server/net/loop.hpp"

#include <pthread.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <utility>

#include "server/net/asio_types.hpp"

namespace coterie {
namespace {

// So that one turn cannot keep the rooms from being flushed, however much is ready.
constexpr int kTasksInTurn = 256;

}  // namespace

struct Loop::Inside {
  asio::io_context context{1};
  std::function<void()> turn_end = [] {};
  std::list<LoopTimer> timers;  // of every(); a list, because a timer stays where it is
  std::unique_ptr<boost::asio::basic_signal_set<LoopExecutor>> signals;
  std::function<void(int)> signal_task;

  void tick(LoopTimer& timer, std::chrono::milliseconds period, std::function<void()> task) {
    timer.expires_after(period);
    timer.async_wait([this, &timer, period, task = std::move(task)](boost::system::error_code error) mutable {
      if (error) return;
      task();
      tick(timer, period, std::move(task));
    });
  }

  void wait_for_signal() {
    signals->async_wait([this](boost::system::error_code error, int number) {
      if (error) return;
      signal_task(number);
      wait_for_signal();
    });
  }
};

Loop::Loop() : inside_(std::make_unique<Inside>()) {}
Loop::~Loop() = default;

void Loop::run() {
  pthread_setname_np(pthread_self(), "loop");
  const auto keep = boost::asio::make_work_guard(inside_->context);
  while (!inside_->context.stopped()) {
    if (inside_->context.run_one() == 0) break;
    for (int i = 1; i < kTasksInTurn && inside_->context.poll_one() != 0; ++i) {
    }
    inside_->turn_end();
  }
}

void Loop::finish() {
  inside_->context.restart();
  inside_->context.poll();
}

void Loop::stop() { inside_->context.stop(); }

void Loop::post(std::function<void()> task) { boost::asio::post(inside_->context, std::move(task)); }

void Loop::on_turn_end(std::function<void()> hook) { inside_->turn_end = std::move(hook); }

void Loop::after(std::chrono::milliseconds delay, std::function<void()> task) {
  auto timer = std::make_unique<LoopTimer>(inside_->context.get_executor());
  timer->expires_after(delay);
  LoopTimer& waiting = *timer;
  waiting.async_wait([timer = std::move(timer), task = std::move(task)](boost::system::error_code error) {
    if (!error) task();
  });
}

void Loop::every(std::chrono::milliseconds period, std::function<void()> task) {
  LoopTimer& timer = inside_->timers.emplace_back(inside_->context.get_executor());
  inside_->tick(timer, period, std::move(task));
}

void Loop::on_signal(std::initializer_list<int> signals, std::function<void(int)> task) {
  inside_->signals =
      std::make_unique<boost::asio::basic_signal_set<LoopExecutor>>(inside_->context.get_executor());
  for (const int number : signals) inside_->signals->add(number);
  inside_->signal_task = std::move(task);
  inside_->wait_for_signal();
}

boost::asio::io_context& Loop::context() { return inside_->context; }

}  // namespace coterie
