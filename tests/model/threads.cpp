#include "tests/model/threads.hpp"

#include <utility>

namespace coterie::model {

void Gate::pass() {
  std::unique_lock lock(mutex_);
  if (!stepped_) return;
  stands_here_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return open_ || !stepped_; });
  open_ = false;
  stands_here_ = false;
}

void Gate::await() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return (stands_here_ && !open_) || !stepped_; });
}

void Gate::step() {
  {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  await();
}

void Gate::abolish() {
  const std::lock_guard lock(mutex_);
  stepped_ = false;
  changed_.notify_all();
}

Timestamp SequencerSide::now() {
  last_now_ = Timestamp{std::chrono::milliseconds{wall_ms_.load()}};
  return last_now_;
}

EntityId SequencerSide::make_id() {
  made_.emplace_back("made-" + std::to_string(++made_so_far_));
  return made_.back();
}

void SequencerSide::deliver(GroupOutcome outcome) {
  {
    const std::lock_guard lock(mutex_);
    groups_.push_back(Group{std::move(outcome), last_now_, std::exchange(made_, {})});
  }
  gate_.pass();
}

std::optional<Group> SequencerSide::take() {
  const std::lock_guard lock(mutex_);
  if (groups_.empty()) return std::nullopt;
  Group group = std::move(groups_.front());
  groups_.pop_front();
  return group;
}

bool SequencerSide::has_group() const {
  const std::lock_guard lock(mutex_);
  return !groups_.empty();
}

void Posts::post(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  auto& tasks = std::this_thread::get_id() == loop_ ? of_loop_ : of_readers_;
  tasks.push_back(std::move(task));
}

bool Posts::run_one(bool of_readers) {
  std::function<void()> task;
  {
    const std::lock_guard lock(mutex_);
    auto& tasks = of_readers ? of_readers_ : of_loop_;
    if (tasks.empty()) return false;
    task = std::move(tasks.front());
    tasks.pop_front();
  }
  task();
  return true;
}

bool Posts::empty() const {
  const std::lock_guard lock(mutex_);
  return of_loop_.empty() && of_readers_.empty();
}

void Posts::clear() {
  const std::lock_guard lock(mutex_);
  of_loop_.clear();
  of_readers_.clear();
}

}  // namespace coterie::model
