#include "server/auth/password_hasher.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <optional>

using namespace coterie;

namespace {

constexpr PasswordCost kCheap{1, 8192};

PasswordHasherOptions cheap(std::size_t threads = 1, std::size_t queue_items = 64) {
  return {threads, queue_items, kCheap};
}

// The answer to what was taken.
Result<PasswordCheck> check(PasswordHasher& hasher, std::string encoded, std::string password) {
  std::promise<Result<PasswordCheck>> answered;
  const Result<void> taken =
      hasher.verify(std::move(encoded), std::move(password),
                    [&](Result<PasswordCheck> answer) { answered.set_value(std::move(answer)); });
  if (!taken) return taken.error();
  return answered.get_future().get();
}

std::string hashed(std::string password, PasswordCost cost = kCheap) {
  return PasswordHasher::hash_now(std::move(password), cost).value();
}

// Holds the one thread of a hasher until it is let go.
class Held {
 public:
  explicit Held(PasswordHasher& hasher) {
    std::promise<void> begun;
    REQUIRE(hasher.verify_nobody(std::string("whatever it is"), [&, gate = gate_.get_future().share()](auto) {
      begun.set_value();
      gate.wait();
    }));
    begun.get_future().wait();
  }
  void let_go() { gate_.set_value(); }

 private:
  std::promise<void> gate_;
};

}  // namespace

TEST_CASE("Passwords: the right one passes, any other does not") {
  PasswordHasher hasher(cheap());
  const std::string encoded = hashed("correct horse battery");

  CHECK(check(hasher, encoded, "correct horse battery").value().ok);
  CHECK_FALSE(check(hasher, encoded, "correct horse batterY").value().ok);
  CHECK_FALSE(check(hasher, encoded, "correct horse battery ").value().ok);
  CHECK_FALSE(check(hasher, encoded, std::string("correct horse battery\0", 22)).value().ok);
}

TEST_CASE("Passwords: hashed by argon2id with at least 19 MiB and two passes, each time with another salt") {
  const std::string encoded = hashed("correct horse battery", {});

  CHECK(encoded.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  CHECK(hashed("correct horse battery", {}) != encoded);
}

TEST_CASE("Passwords: right but cheaper hashed than is usual now is said; wrong, it is nobody's business") {
  PasswordHasher hasher({1, 64, {2, 16384}});
  const std::string older = hashed("correct horse battery", kCheap);
  const std::string newer = hashed("correct horse battery", {2, 16384});

  CHECK(check(hasher, older, "correct horse battery").value().needs_rehash);
  CHECK_FALSE(check(hasher, newer, "correct horse battery").value().needs_rehash);
  CHECK_FALSE(check(hasher, older, "wrong horse battery").value().needs_rehash);
}

TEST_CASE(
    "Passwords: from 8 to 1024 bytes, whatever they are; others are refused before anything is hashed") {
  PasswordHasher hasher(cheap());
  const std::string encoded = hashed("correct horse battery");
  const auto code = [&](const std::string& password) -> std::optional<ErrorCode> {
    const Result<PasswordCheck> answer = check(hasher, encoded, password);
    if (answer) return std::nullopt;
    return answer.error().code;
  };

  CHECK(code("") == ErrorCode::bad_request);
  CHECK(code("1234567") == ErrorCode::bad_request);
  CHECK(code(std::string(1025, 'x')) == ErrorCode::bad_request);
  CHECK(code(std::string(1024 * 1024, 'x')) == ErrorCode::bad_request);
  CHECK(code("12345678") == std::nullopt);
  CHECK(code(std::string(1024, 'x')) == std::nullopt);
  CHECK(PasswordHasher::hash_now(std::string("1234567")).error().code == ErrorCode::bad_request);
  CHECK(hasher.hash(std::string("1234567"), [](auto) { FAIL("not to be called"); }).error().member ==
        "password");
}

TEST_CASE("Passwords: nobody's is never right, and costs a hash like any other") {
  PasswordHasher hasher(cheap());
  std::promise<PasswordCheck> answered;

  REQUIRE(hasher.verify_nobody(std::string("correct horse battery"),
                               [&](Result<PasswordCheck> answer) { answered.set_value(answer.value()); }));

  const PasswordCheck answer = answered.get_future().get();
  CHECK_FALSE(answer.ok);
  CHECK_FALSE(answer.needs_rehash);
  for (const char* broken :
       {"", "x", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=99999999999,t=1,p=1$x$y"}) {
    CHECK_FALSE(check(hasher, broken, "correct horse battery").value().ok);
  }
}

TEST_CASE("Passwords: an unknown user takes as long as a wrong password [law 8]") {
  PasswordHasher hasher({1, 64, {}});
  const std::string encoded = hashed("correct horse battery", {});
  const auto fastest = [](auto ask) {
    auto best = std::chrono::nanoseconds::max();
    for (int i = 0; i < 5; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      std::promise<void> answered;
      ask([&](Result<PasswordCheck>) { answered.set_value(); });
      answered.get_future().wait();
      best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - begin);
    }
    return static_cast<double>(best.count());
  };

  const double wrong =
      fastest([&](auto done) { REQUIRE(hasher.verify(encoded, std::string("wrong horse battery"), done)); });
  const double nobody =
      fastest([&](auto done) { REQUIRE(hasher.verify_nobody(std::string("wrong horse battery"), done)); });

  CHECK(nobody / wrong > 0.5);
  CHECK(nobody / wrong < 2);
}

TEST_CASE("Passwords: hashing in the pool gives what verifying takes") {
  PasswordHasher hasher(cheap(2));
  std::promise<std::string> made;

  REQUIRE(hasher.hash(std::string("correct horse battery"),
                      [&](Result<std::string> encoded) { made.set_value(std::move(encoded).value()); }));

  CHECK(check(hasher, made.get_future().get(), "correct horse battery").value().ok);
}

TEST_CASE("Passwords: when the queue is full the answer is `overloaded`, at once [law 6]") {
  PasswordHasher hasher(cheap(1, 2));
  Held held(hasher);
  std::atomic<int> answers{0};
  const auto ask = [&] {
    return hasher.verify_nobody(std::string("whatever it is"), [&](auto) { ++answers; });
  };

  REQUIRE(ask());
  REQUIRE(ask());
  const Result<void> third = ask();

  CHECK(third.error().code == ErrorCode::overloaded);
  CHECK(third.error().retry);
  CHECK(hasher.waiting() == 2);
  held.let_go();
  hasher.stop();
  CHECK(answers == 2);
}

TEST_CASE("Passwords: stopping answers all that waits, once, and takes nothing more") {
  PasswordHasher hasher(cheap(1, 64));
  std::atomic<int> answers{0};
  for (int i = 0; i < 20; ++i) {
    REQUIRE(hasher.verify_nobody(std::string("whatever it is"), [&](auto) { ++answers; }));
    REQUIRE(hasher.hash(std::string("whatever it is"), [&](auto) { ++answers; }));
  }

  hasher.stop();
  hasher.stop();

  CHECK(answers == 40);
  CHECK(hasher.verify_nobody(std::string("whatever it is"), [&](auto) { ++answers; }).error().code ==
        ErrorCode::unavailable);
  CHECK(answers == 40);
}

TEST_CASE("Passwords: half the cores hash, at least one") {
  const PasswordHasher hasher({0, 64, kCheap});
  CHECK(hasher.threads() == std::max<std::size_t>(std::thread::hardware_concurrency() / 2, 1));
}
