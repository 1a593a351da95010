// The readers' pool: every question is answered exactly once, soon or as too late. Runs under the thread
// sanitizer.
#include "storage/reader_pool.hpp"

#include <atomic>
#include <set>

#include "tests/storage/sequenced.hpp"

using namespace coterie;
using namespace coterie::testing;
using namespace std::chrono_literals;

namespace {

// Counts the answers, and wakes who waits for them.
class Answers {
 public:
  ReaderPool::Work work() {
    return [this](Reader* reader) { note(reader); };
  }
  void note(Reader* reader) {
    const std::lock_guard lock(mutex_);
    (reader != nullptr ? read_ : late_) += 1;
    changed_.notify_all();
  }
  void await(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return read_ + late_ >= count; });
  }
  int read() const { return read_; }
  int late() const { return late_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<int> read_ = 0;
  std::atomic<int> late_ = 0;
};

ReaderPool::Open opens() {
  return [] { return Result<std::unique_ptr<Reader>>(make_memory_store()); };
}

}  // namespace

TEST_CASE("ReaderPool: every question gets a reader of the thread's own, and is reported") {
  Answers answers;
  std::atomic<int> opened = 0;
  std::atomic<int> reports = 0;
  {
    ReaderPool pool(
        [&] {
          ++opened;
          return Result<std::unique_ptr<Reader>>(make_memory_store());
        },
        {},
        [&](std::string_view what, auto waited, auto took) {
          if (what == "list Note" && waited.count() >= 0 && took.count() >= 0) ++reports;
        });
    for (int i = 0; i < 50; ++i) {
      REQUIRE(pool.ask("list Note", [&](Reader* reader) {
        CHECK(reader->position().has_value());
        answers.note(reader);
      }));
    }
    answers.await(50);
    pool.stop();
    CHECK_FALSE(pool.ask("late", answers.work()));
  }
  CHECK(answers.read() == 50);
  CHECK(reports == 50);
  CHECK(opened <= 2);
}

TEST_CASE("ReaderPool: at most ten threads read, however many are asked for [law 6]") {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  Gate gate;
  std::atomic<int> inside = 0;
  Answers answers;
  ReaderPoolOptions options;
  options.threads = 50;
  ReaderPool pool(opens(), options, {});
  for (int i = 0; i < 40; ++i) {
    REQUIRE(pool.ask("read", [&](Reader* reader) {
      {
        const std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
      }
      if (++inside == 10) gate.open();
      gate.pass();
      answers.note(reader);
    }));
  }
  answers.await(40);
  CHECK(threads.size() == 10);
}

TEST_CASE("ReaderPool: a full queue takes nothing [law 6]") {
  Gate gate;
  Answers answers;
  ReaderPoolOptions options;
  options.threads = 1;
  options.queue_items = 3;
  ReaderPool pool(opens(), options, {});
  REQUIRE(pool.ask("slow", [&](Reader* reader) {
    gate.pass();
    answers.note(reader);
  }));
  gate.await_someone();

  int taken = 0;
  while (pool.ask("read", answers.work())) ++taken;
  CHECK(taken == 3);
  CHECK(pool.waiting() == 3);
  gate.open();
  answers.await(4);
  CHECK(answers.read() == 4);
}

TEST_CASE("ReaderPool: who has waited too long is told so while every reader is busy [law 6]") {
  Gate gate;
  Answers answers;
  ReaderPoolOptions options;
  options.threads = 1;
  options.most_wait = 20ms;
  ReaderPool pool(opens(), options, {});
  REQUIRE(pool.ask("slow", [&](Reader*) { gate.pass(); }));
  gate.await_someone();
  REQUIRE(pool.ask("read", answers.work()));
  REQUIRE(pool.ask("read", answers.work()));

  answers.await(2);
  CHECK(answers.late() == 2);
  gate.open();
}

TEST_CASE(
    "ReaderPool: a database that is busy for a moment is opened again inside; one that is broken is told") {
  Answers answers;
  std::atomic<int> tries = 0;
  ReaderPoolOptions options;
  options.threads = 1;
  ReaderPool pool(
      [&]() -> Result<std::unique_ptr<Reader>> {
        const int now = ++tries;
        if (now == 1) return store_error(false);
        if (now < 5) return store_error(true);
        return Result<std::unique_ptr<Reader>>(make_memory_store());
      },
      options, {});

  REQUIRE(pool.ask("read", answers.work()));
  answers.await(1);
  CHECK(answers.late() == 1);
  REQUIRE(pool.ask("read", answers.work()));
  answers.await(2);
  CHECK(answers.read() == 1);
  CHECK(tries == 5);
}

TEST_CASE("ReaderPool: stop answers all who wait, each once") {
  Gate gate;
  Answers answers;
  ReaderPoolOptions options;
  options.threads = 1;
  ReaderPool pool(opens(), options, {});
  REQUIRE(pool.ask("slow", [&](Reader* reader) {
    gate.pass();
    answers.note(reader);
  }));
  gate.await_someone();
  for (int i = 0; i < 20; ++i) REQUIRE(pool.ask("read", answers.work()));
  std::thread stopper([&] { pool.stop(); });
  answers.await(20);
  gate.open();
  stopper.join();

  CHECK(answers.read() == 1);
  CHECK(answers.late() == 20);
}
