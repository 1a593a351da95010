#include "server/auth/token_cache.hpp"

#include <doctest/doctest.h>

using namespace coterie;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp kNow{1'900'000'000s};

VerifiedToken token_of(const char* user, Timestamp end = kNow + 15min) {
  return {{}, {UserId{user}, user}, {}, "family", end};
}

}  // namespace

TEST_CASE("Token cache: what was kept is found by the whole of its text, until a minute after its end") {
  TokenCache cache(10);
  cache.keep("token of ann", token_of("ann"));

  CHECK(cache.find("token of ann", kNow)->user.id == UserId{"ann"});
  CHECK(cache.find("token of an", kNow) == nullptr);
  CHECK(cache.find("token of anna", kNow) == nullptr);
  CHECK(cache.find("token of ann", kNow + 15min + 59s) != nullptr);
  CHECK(cache.find("token of ann", kNow + 16min) == nullptr);
  CHECK(cache.size() == 0);
}

TEST_CASE("Token cache: full, the one used longest ago makes room [law 6]") {
  TokenCache cache(2);
  cache.keep("a", token_of("ann"));
  cache.keep("b", token_of("ben"));
  CHECK(cache.find("a", kNow) != nullptr);

  cache.keep("c", token_of("cy"));

  CHECK(cache.size() == 2);
  CHECK(cache.find("a", kNow) != nullptr);
  CHECK(cache.find("b", kNow) == nullptr);
  CHECK(cache.find("c", kNow) != nullptr);
}

TEST_CASE("Token cache: cleared, and of no size, it knows nothing") {
  TokenCache cache(2);
  cache.keep("a", token_of("ann"));
  cache.clear();
  CHECK(cache.find("a", kNow) == nullptr);

  TokenCache none(0);
  none.keep("a", token_of("ann"));
  CHECK(none.find("a", kNow) == nullptr);
}
