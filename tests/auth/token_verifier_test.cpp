#include "server/auth/token_verifier.hpp"

#include <doctest/doctest.h>

#include "server/auth/token_issuer.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace coterie;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp kNow{1'900'000'000s};

struct World {
  testing::TemporaryDirectory directory{};
  TokenKeys keys = TokenKeys::load_or_make(directory.path()).value();
  TokenVerifier verifier{keys};
};

AccessClaims ann() { return {{UserId{"ann"}, "Ann Bo"}, "family-1", Roles({"editor", "sales"})}; }

}  // namespace

TEST_CASE("Tokens: one of our own says who it is for, from which sign-in, and until when") {
  World world;
  const std::string token = issue_access_token(world.keys, ann(), kNow, 15min);

  const VerifiedToken verified = world.verifier.verify(token, kNow + 1min).value();

  CHECK(verified.own());
  CHECK(verified.user.id == UserId{"ann"});
  CHECK(verified.user.name == "Ann Bo");
  CHECK(verified.roles == Roles({"editor", "sales"}));
  CHECK(verified.sign_in == "family-1");
  CHECK(verified.expires_at == kNow + 15min);
}
