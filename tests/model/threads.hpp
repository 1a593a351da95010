// What the model lends to the threads of the server: the clock and the ids of the sequencer, and the way of
// what they have done back to the loop. Stepped, each thread stands still until the loop lets it go one step,
// so that a seed decides everything; free, they run as they do in a server. Thread: as each member says.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "storage/sequencer.hpp"

namespace coterie::model {

// One group of the sequencer, with what its decisions rested on.
struct Group {
  GroupOutcome outcome;
  Timestamp now;
  std::vector<EntityId> made;
};

// A door that one thread waits before until another opens it for one passage.
class Gate {
 public:
  explicit Gate(bool stepped) : stepped_(stepped) {}
  void pass();     // the thread that is stepped
  void step();     // the loop: lets it pass once, and returns when it stands here again
  void await();    // the loop: until it stands here for the first time
  void abolish();  // nobody waits from now on

 private:
  bool stepped_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stands_here_ = false;
  bool open_ = false;
};

class SequencerSide {
 public:
  // `made_so_far` counts the ids, past a restart too.
  SequencerSide(bool stepped, std::int64_t wall_ms, std::uint64_t& made_so_far)
      : gate_(stepped), wall_ms_(wall_ms), made_so_far_(made_so_far) {}

  // sequencer thread
  Timestamp now();
  EntityId make_id();
  void deliver(GroupOutcome outcome);

  // loop
  std::optional<Group> take();
  bool has_group() const;
  void let_time_pass(std::int64_t ms) { wall_ms_ += ms; }
  std::int64_t wall_ms() const { return wall_ms_; }
  Gate& gate() { return gate_; }

 private:
  Gate gate_;
  std::atomic<std::int64_t> wall_ms_;
  Timestamp last_now_;          // sequencer thread
  std::uint64_t& made_so_far_;  // sequencer thread
  std::vector<EntityId> made_;  // sequencer thread
  mutable std::mutex mutex_;
  std::deque<Group> groups_;
};

// Tasks for the loop, by where they come from.
class Posts {
 public:
  void post(std::function<void()> task);  // any thread
  bool run_one(bool of_readers);          // loop; false: there was none
  bool empty() const;
  void clear();

 private:
  std::thread::id loop_ = std::this_thread::get_id();
  mutable std::mutex mutex_;
  std::deque<std::function<void()>> of_loop_;
  std::deque<std::function<void()>> of_readers_;
};

}  // namespace coterie::model
