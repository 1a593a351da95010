#include "server/ops/random.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace coterie;

TEST_CASE("Random: a UUID of version 7 begins with its time and sorts by it") {
  const Timestamp earlier{std::chrono::milliseconds{0x0193'5a00'0000}};
  const Timestamp later{std::chrono::milliseconds{0x0193'5a00'0001}};

  const std::string id = uuid_v7(earlier);

  CHECK(id.size() == 36);
  CHECK(id.substr(0, 15) == "01935a00-0000-7");
  CHECK(std::string("89ab").find(id[19]) != std::string::npos);
  CHECK(id < uuid_v7(later));
}

TEST_CASE("Random: secrets are 43 characters of base64url and differ") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string secret = random_secret();
    CHECK(secret.size() == 43);
    CHECK(seen.insert(secret).second);
  }
}
