// Threads for long questions (list, search, history, export, catching up from the log), each with a read-only
// connection of its own. At most 10, a bounded wait, then `overloaded`. A transient busy is tried again
// inside. Thread: ask and stop from any; the work runs on a thread of the pool, or within stop(). Law 6.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "storage/store.hpp"

namespace coterie {

struct ReaderPoolOptions {
  std::size_t threads = 2;  // at most 10
  std::size_t queue_items = 1000;
  std::chrono::milliseconds most_wait{5000};  // in the queue; then the work gets `overloaded`
  std::chrono::milliseconds slow{100};        // a statement that takes longer is reported
};

class ReaderPool {
 public:
  using Open = std::function<Result<std::unique_ptr<Reader>>()>;
  // `reader` is null where the wait was too long: the work answers `overloaded`.
  using Work = std::function<void(Reader* reader)>;
  using Report = std::function<void(std::string_view what, std::chrono::microseconds waited,
                                    std::chrono::microseconds took)>;

  ReaderPool(Open open, ReaderPoolOptions options, Report report);
  ~ReaderPool();

  // `what` names the work in reports ("list Booking"). False: the queue is full, nothing was taken.
  // Work that was taken is called exactly once.
  bool ask(std::string what, Work work);
  std::size_t waiting() const;
  void stop();  // what still waits is told `overloaded`; ends when the running work has; idempotent

 private:
  struct Job {
    std::string what;
    Work work;
    std::chrono::steady_clock::time_point since;
  };
  void run();
  void expire();
  Reader* opened(std::unique_ptr<Reader>& reader, std::chrono::steady_clock::time_point deadline);

  Open open_;
  ReaderPoolOptions options_;
  Report report_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable stopped_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::mutex stop_mutex_;  // one stop() at a time
  std::vector<std::thread> threads_;
};

}  // namespace coterie
