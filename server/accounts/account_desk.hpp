// The thread on which the account store is asked, and the queue before it. What a question has touched
// reaches the loop in the same task as its answer, before it. Between questions it looks whether another
// process (the command line) has changed something. Thread: any; the store is the desk's own. Laws 6, 8.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "storage/accounts/account_store.hpp"

namespace coterie {

struct AccountDeskOptions {
  std::size_t waiting = 256;                   // then ask() is false
  std::chrono::milliseconds look{250};         // for changes of other processes
  std::chrono::milliseconds purge{3'600'000};  // how often what is over is purged
  std::chrono::milliseconds keep_ended{24LL * 3600 * 1000};
  std::function<Timestamp()> now;
};

class AccountDesk {
 public:
  using Post = std::function<void(std::function<void()>)>;  // runs it on the loop
  struct Hooks {                                            // on the loop
    std::function<void(const AccountsTouched&)> touched;
    std::function<void(std::vector<UserAccount>, std::vector<SignIn>)> replaced;
    std::function<void(const RulesVersion&)> rules;  // the newest; it may be known already
    std::function<void(const Error&)> failed;        // looking, purging or noting did
  };

  AccountDesk(std::unique_ptr<AccountStore> store, AccountDeskOptions options, Post post, Hooks hooks);
  ~AccountDesk();  // stop()
  void stop();     // after what waits has been done
  AccountDesk(const AccountDesk&) = delete;
  AccountDesk& operator=(const AccountDesk&) = delete;

  // Runs `work` on the desk's thread, and `done` with what it returned on the loop. False: too much waits;
  // neither is called.
  template <class Work, class Done>
  [[nodiscard]] bool ask(Work work, Done done) {
    return push([work = std::move(work), done = std::move(done)](AccountStore& store) mutable {
      using Answer = decltype(work(store));
      auto answer = std::make_shared<Answer>(work(store));
      return Task([answer, done = std::move(done)]() mutable { done(std::move(*answer)); });
    });
  }

  // Keeps it in the activity log, without an answer: where that fails, Hooks::failed is told. On the loop.
  void note(const Activity& activity);

 private:
  using Task = std::function<void()>;
  using Question = std::function<Task(AccountStore&)>;
  bool push(Question question);
  void run();
  void look();
  void purge();

  std::unique_ptr<AccountStore> store_;
  AccountDeskOptions options_;
  Post post_;
  Hooks hooks_;

  std::mutex mutex_;
  std::condition_variable woken_;
  std::deque<Question> waiting_;
  bool stopping_ = false;

  std::thread thread_;  // the last: it uses all the others
};

}  // namespace coterie
