#include "server/auth/password_hasher.hpp"

#include <pthread.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace coterie {
namespace {

Error refusal(ErrorCode code, std::string message, std::string member = {}) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  error.member = std::move(member);
  error.retry = code == ErrorCode::overloaded || code == ErrorCode::unavailable;
  return error;
}

Error no_memory() {
  return refusal(ErrorCode::unavailable, "There is no memory to check passwords; try again.");
}
Error stopped() { return refusal(ErrorCode::unavailable, "The server is stopping; try again."); }

Result<std::string> hash_of(std::string_view password, const PasswordCost& cost) {
  begin_sodium();
  std::array<char, crypto_pwhash_STRBYTES> encoded{};
  if (crypto_pwhash_str_alg(encoded.data(), password.data(), password.size(), cost.passes, cost.bytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return no_memory();
  }
  return std::string(encoded.data());
}

Result<PasswordCheck> check_of(const std::string& encoded, std::string_view password,
                               const PasswordCost& cost) {
  PasswordCheck check;
  errno = 0;
  check.ok = crypto_pwhash_str_verify(encoded.c_str(), password.data(), password.size()) == 0;
  if (!check.ok && errno == ENOMEM) return no_memory();
  check.needs_rehash =
      check.ok && crypto_pwhash_str_needs_rehash(encoded.c_str(), cost.passes, cost.bytes) != 0;
  return check;
}

}  // namespace

Result<void> check_password_length(std::string_view password) {
  if (password.size() >= PasswordHasher::kLeastBytes && password.size() <= PasswordHasher::kMostBytes)
    return {};
  return refusal(ErrorCode::bad_request, "A password has 8 to 1024 bytes.", "password");
}

PasswordHasher::PasswordHasher(PasswordHasherOptions options)
    : options_(options), nobody_(hash_of(new_secret(), options.cost).value()) {
  const std::size_t half = std::thread::hardware_concurrency() / 2;
  const std::size_t count = options_.threads > 0 ? options_.threads : std::max<std::size_t>(half, 1);
  threads_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { run(); });
}

PasswordHasher::~PasswordHasher() { stop(); }

Result<void> PasswordHasher::verify(std::string encoded, SecretText password, Checked done) {
  // What is no hash of ours takes as long as any other.
  if (!encoded.starts_with("$argon2id$")) encoded.clear();
  return take({std::move(encoded), std::move(password), std::move(done), {}});
}

Result<void> PasswordHasher::verify_nobody(SecretText password, Checked done) {
  return take({{}, std::move(password), std::move(done), {}});
}

Result<void> PasswordHasher::hash(SecretText password, Hashed done) {
  return take({{}, std::move(password), {}, std::move(done)});
}

Result<std::string> PasswordHasher::hash_now(SecretText password, PasswordCost cost) {
  if (Result<void> length = check_password_length(password.view()); !length) return length.error();
  return hash_of(password.view(), cost);
}

Result<void> PasswordHasher::take(Job job) {
  if (Result<void> length = check_password_length(job.password.view()); !length) return length;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return stopped();
    if (jobs_.size() >= options_.queue_items) {
      Error error = refusal(ErrorCode::overloaded, "Too many people sign in at this moment; try again.");
      error.retry_after = std::chrono::seconds(1);
      return error;
    }
    jobs_.push_back(std::move(job));
  }
  arrived_.notify_one();
  return {};
}

std::size_t PasswordHasher::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void PasswordHasher::stop() {
  const std::lock_guard once(stop_mutex_);
  std::deque<Job> left;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    left.swap(jobs_);
  }
  arrived_.notify_all();
  for (Job& job : left) {
    if (job.checked) job.checked(stopped());
    if (job.hashed) job.hashed(stopped());
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void PasswordHasher::run() {
  pthread_setname_np(pthread_self(), "password");
  for (;;) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    perform(job);
  }
}

void PasswordHasher::perform(Job& job) const {
  if (job.hashed) {
    Result<std::string> hashed = hash_of(job.password.view(), options_.cost);
    job.password = SecretText();
    job.hashed(std::move(hashed));
    return;
  }
  const bool nobody = job.encoded.empty();
  Result<PasswordCheck> checked =
      check_of(nobody ? nobody_ : job.encoded, job.password.view(), options_.cost);
  job.password = SecretText();
  if (nobody && checked) checked = PasswordCheck{};
  job.checked(std::move(checked));
}

}  // namespace coterie
