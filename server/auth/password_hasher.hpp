// Passwords: argon2id by libsodium on a few threads of their own, because a hash takes tens of milliseconds
// and 19 MiB. What waits is bounded; beyond that the answer is `overloaded`, at once. Whoever signs in as
// nobody waits just as long. Passwords are wiped once they are hashed. Thread: any; `done` is called on a
// thread of the pool, exactly once for what was taken. Law 6, law 8.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "protocol/error.hpp"
#include "server/auth/secret_text.hpp"

namespace coterie {

// The least that OWASP recommends. What a hash was made with stands in it, so these may grow.
struct PasswordCost {
  unsigned long long passes = 2;
  std::size_t bytes = 19ull * 1024 * 1024;
};

struct PasswordHasherOptions {
  std::size_t threads = 0;  // 0: half the cores, at least one
  std::size_t queue_items = 64;
  PasswordCost cost{};
};

struct PasswordCheck {
  bool ok = false;
  bool needs_rehash = false;  // right, but hashed with less than is used now: hash it anew and store that
};

class PasswordHasher {
 public:
  static constexpr std::size_t kLeastBytes = 8;
  static constexpr std::size_t kMostBytes = 1024;

  explicit PasswordHasher(PasswordHasherOptions options = {});
  ~PasswordHasher();

  // Errors at once, and then `done` is not called: bad_request (8 to 1024 bytes), overloaded (the queue is
  // full), unavailable (stopped). Errors given to `done`: unavailable (no memory, or stopped meanwhile).
  using Checked = std::function<void(Result<PasswordCheck>)>;
  using Hashed = std::function<void(Result<std::string>)>;
  Result<void> verify(std::string encoded, SecretText password, Checked done);
  Result<void> verify_nobody(SecretText password, Checked done);  // never ok; takes as long as `verify`
  Result<void> hash(SecretText password, Hashed done);

  // On the calling thread, for the command line.
  static Result<std::string> hash_now(SecretText password, PasswordCost cost = {});

  std::size_t waiting() const;
  std::size_t threads() const { return threads_.size(); }
  void stop();  // what still waits is told `unavailable`; ends when the running work has; idempotent

 private:
  struct Job {
    std::string encoded;  // empty: of nobody
    SecretText password;
    Checked checked;
    Hashed hashed;  // one of both
  };
  Result<void> take(Job job);
  void run();
  void perform(Job& job) const;

  const PasswordHasherOptions options_;
  const std::string nobody_;  // the hash of a password that nobody knows
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::mutex stop_mutex_;  // one stop() at a time
  std::vector<std::thread> threads_;
};

// Error bad_request: fewer than 8 bytes or more than 1024. No rules on what they are (NIST SP 800-63B).
Result<void> check_password_length(std::string_view password);

}  // namespace coterie
