#include "server/accounts/account_desk.hpp"

namespace coterie {

using Clock = std::chrono::steady_clock;

AccountDesk::AccountDesk(std::unique_ptr<AccountStore> store, AccountDeskOptions options, Post post,
                         Hooks hooks)
    : store_(std::move(store)),
      options_(std::move(options)),
      post_(std::move(post)),
      hooks_(std::move(hooks)),
      thread_([this] { run(); }) {}

AccountDesk::~AccountDesk() { stop(); }

void AccountDesk::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool AccountDesk::push(Question question) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= options_.waiting) return false;
    waiting_.push_back(std::move(question));
  }
  woken_.notify_one();
  return true;
}

void AccountDesk::note(const Activity& activity) {
  const bool taken = ask([activity](AccountStore& store) { return store.note(activity); },
                         [this](const Result<ActivityRow>& noted) {
                           if (!noted) hooks_.failed(noted.error());
                         });
  if (taken) return;
  Error error;
  error.code = ErrorCode::overloaded;
  error.message = "Too much waits for the accounts; an act was not noted.";
  hooks_.failed(error);
}

void AccountDesk::run() {
  Clock::time_point purge_at = Clock::now();
  std::unique_lock lock(mutex_);
  while (true) {
    woken_.wait_for(lock, options_.look, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty() && stopping_) return;
    if (waiting_.empty()) {
      lock.unlock();
      look();
      if (Clock::now() >= purge_at) {
        purge();
        purge_at = Clock::now() + options_.purge;
      }
      lock.lock();
      continue;
    }
    Question question = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    auto answer = std::make_shared<Task>(question(*store_));
    auto touched = std::make_shared<AccountsTouched>(store_->take_touched());
    post_([this, answer, touched] {
      hooks_.touched(*touched);
      if (touched->rules) hooks_.rules(*touched->rules);
      (*answer)();
    });
    lock.lock();
  }
}

void AccountDesk::look() {
  const Result<bool> changed = store_->changed_elsewhere();
  if (changed && !*changed) return;
  Result<std::vector<UserAccount>> users = store_->users().all();
  Result<std::vector<SignIn>> sign_ins = store_->sign_ins().living(options_.now());
  const Result<RulesVersion> rules = store_->rules().newest();
  if (!changed || !users || !sign_ins || !rules) {
    const Error error = !changed    ? changed.error()
                        : !users    ? users.error()
                        : !sign_ins ? sign_ins.error()
                                    : rules.error();
    return post_([this, error] { hooks_.failed(error); });
  }
  auto all = std::make_shared<std::pair<std::vector<UserAccount>, std::vector<SignIn>>>(std::move(*users),
                                                                                        std::move(*sign_ins));
  post_([this, all, rules = *rules] {
    hooks_.replaced(std::move(all->first), std::move(all->second));
    hooks_.rules(rules);
  });
}

void AccountDesk::purge() {
  const Result<std::size_t> purged = store_->purge(options_.now() - options_.keep_ended);
  if (purged) return;
  post_([this, error = purged.error()] { hooks_.failed(error); });
}

}  // namespace coterie
