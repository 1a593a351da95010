#include "storage/reader_pool.hpp"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace coterie {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kMostThreads = 10;

std::chrono::microseconds since(Clock::time_point then, Clock::time_point now) {
  return std::chrono::duration_cast<std::chrono::microseconds>(now - then);
}

}  // namespace

ReaderPool::ReaderPool(Open open, ReaderPoolOptions options, Report report)
    : open_(std::move(open)), options_(options), report_(std::move(report)) {
  const std::size_t count = std::clamp<std::size_t>(options_.threads, 1, kMostThreads);
  threads_.reserve(count + 1);
  for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { run(); });
  threads_.emplace_back([this] { expire(); });
}

ReaderPool::~ReaderPool() { stop(); }

bool ReaderPool::ask(std::string what, Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= options_.queue_items) return false;
    jobs_.push_back(Job{std::move(what), std::move(work), Clock::now()});
  }
  arrived_.notify_one();
  return true;
}

std::size_t ReaderPool::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void ReaderPool::stop() {
  const std::lock_guard once(stop_mutex_);
  std::deque<Job> left;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    left.swap(jobs_);
  }
  arrived_.notify_all();
  stopped_.notify_all();
  for (Job& job : left) job.work(nullptr);
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

// The connection is opened at the first question and again after it could not be opened: a database that is
// busy for a moment (a checkpoint, a migration) is asked again until the job has waited as long as it may.
Reader* ReaderPool::opened(std::unique_ptr<Reader>& reader, Clock::time_point deadline) {
  using std::chrono::milliseconds;
  for (milliseconds pause{1}; !reader; pause = std::min(pause * 2, milliseconds{100})) {
    auto result = open_();
    if (result.has_value()) {
      reader = std::move(*result);
      break;
    }
    if (!result.error().retry || Clock::now() + pause >= deadline) return nullptr;
    std::unique_lock lock(mutex_);
    if (stopped_.wait_for(lock, pause, [this] { return stopping_; })) return nullptr;
  }
  return reader.get();
}

void ReaderPool::run() {
  pthread_setname_np(pthread_self(), "reader");
  std::unique_ptr<Reader> reader;
  for (;;) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();

    Reader* const ready = opened(reader, job.since + options_.most_wait);
    const auto begin = Clock::now();
    job.work(ready);
    const auto end = Clock::now();
    if (report_) report_(job.what, since(job.since, begin), since(begin, end));
  }
}

// Answers those who have waited too long even while every reader is busy. The oldest stands in front.
void ReaderPool::expire() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = Clock::now();
    const auto deadline = jobs_.empty() ? now + options_.most_wait : jobs_.front().since + options_.most_wait;
    if (deadline > now) {
      stopped_.wait_until(lock, deadline, [this] { return stopping_; });
      continue;
    }
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job.work(nullptr);
    if (report_) report_(job.what, since(job.since, now), std::chrono::microseconds{0});
    lock.lock();
  }
}

}  // namespace coterie
