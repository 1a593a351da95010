// Tokens of our own, and those that pass themselves off as such.
#include "server/auth/token_verifier.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "protocol/base64url.hpp"
#include "protocol/json.hpp"
#include "server/auth/token_issuer.hpp"
#include "tests/auth/outside_world.hpp"

using namespace coterie;
using namespace coterie::testing;
using namespace std::chrono_literals;

namespace {

AccessClaims ann() { return {{UserId{"ann"}, "Ann Bo"}, "family-1", Roles({"editor", "sales"})}; }

// The header and claims of what the issuer makes, to be altered and signed again with the server's own key.
struct Own {
  OutsideWorld world{};
  std::string token = issue_access_token(world.keys(), ann(), kNow, 15min);
  boost::json::object header = read_token(token).value().header;
  boost::json::object claims = read_token(token).value().claims;
  std::string secret = own_secret();

  std::string own_secret() const {
    std::ostringstream text;
    text << std::ifstream(world.path() / "token-keys.json").rdbuf();
    const auto value = parse_json(text.str(), {10000, 10, 100}).value();
    return from_base64url(value.at("keys").at(0).at("k").get_string()).value();
  }
  std::string signed_again() const {
    const std::string first = text_of(header);
    const std::string second = text_of(claims);
    return token_of(first, second, hs256(secret, signed_text(first, second)));
  }
  bool accepted() { return world.accepts(signed_again()); }
};

}  // namespace

TEST_CASE("Tokens: one of our own says who it is for, from which sign-in, and until when") {
  OutsideWorld world;
  const std::string token = issue_access_token(world.keys(), ann(), kNow, 15min);

  const VerifiedToken verified = world.verifier().verify(token, kNow + 1min).value();

  CHECK(verified.own());
  CHECK(verified.user.id == UserId{"ann"});
  CHECK(verified.user.name == "Ann Bo");
  CHECK(verified.roles == Roles({"editor", "sales"}));
  CHECK(verified.sign_in == "family-1");
  CHECK(verified.expires_at == kNow + 15min);
}

TEST_CASE("Tokens: made in the profile of RFC 9068") {
  Own own;

  CHECK(string_member(own.header, "typ") == "at+jwt");
  CHECK(string_member(own.header, "alg") == "HS256");
  CHECK(string_member(own.header, "kid") == own.world.keys().current_id());
  CHECK(own.header.size() == 3);
  for (const char* name : {"iss", "aud", "sub", "iat", "nbf", "exp", "jti", "sid"})
    CHECK(own.claims.contains(name));
  CHECK(own.claims.at("iat") == 1'900'000'000);
  CHECK(own.claims.at("exp") == 1'900'000'900);
  CHECK(own.accepted());
  const std::string again = issue_access_token(own.world.keys(), ann(), kNow, 15min);
  CHECK(read_token(again).value().claims.at("jti") != own.claims.at("jti"));
}

TEST_CASE("Tokens: expired or not yet valid are refused, with a minute for clocks that differ [law 8]") {
  OutsideWorld world;
  const std::string token = issue_access_token(world.keys(), ann(), kNow, 15min);

  CHECK(world.refusal(token, kNow + 15min + 59s) == "");
  CHECK(world.refusal(token, kNow + 15min + 60s) == "The token has expired.");
  CHECK(world.refusal(token, kNow + 24h * 365) == "The token has expired.");
  CHECK(world.refusal(token, kNow - 60s) == "");

  OutsideWorld other;  // whose cache does not know it
  const std::string early = issue_access_token(other.keys(), ann(), kNow, 15min);
  CHECK(other.refusal(early, kNow - 61s) == "The token is not valid yet.");
}

TEST_CASE("Tokens: one that names no end, or an end or a beginning that is no time, is refused") {
  for (const char* name : {"exp", "nbf", "iat"}) {
    for (const boost::json::value& value : std::initializer_list<boost::json::value>{
             "1900000900", nullptr, true, -1, 1e15, boost::json::array{1'900'000'900},
             boost::json::object{}}) {
      Own own;
      own.claims[name] = value;
      CAPTURE(name);
      CHECK_FALSE(own.accepted());
    }
  }
  Own endless;
  endless.claims.erase("exp");
  CHECK_FALSE(endless.accepted());
  Own fraction;
  fraction.claims["exp"] = 1'900'000'900.75;
  CHECK(fraction.accepted());
}

TEST_CASE("Tokens: meant for somebody else, or issued by somebody else, are refused") {
  const auto accepted_with = [](const char* name, const boost::json::value& value) {
    Own own;
    own.claims[name] = value;
    return own.accepted();
  };

  CHECK(accepted_with("aud", boost::json::array{"another", "coterie"}));
  for (const boost::json::value& audience : std::initializer_list<boost::json::value>{
           "another", "", "Coterie", "coterie ", nullptr, 1, boost::json::array{},
           boost::json::array{"another"}, boost::json::array{boost::json::array{"coterie"}},
           boost::json::object{{"coterie", 1}}}) {
    CHECK_FALSE(accepted_with("aud", audience));
  }
  for (const boost::json::value& issuer : std::initializer_list<boost::json::value>{
           "another", "", "Coterie", "coterie/", nullptr, 1, boost::json::array{"coterie"}}) {
    CHECK_FALSE(accepted_with("iss", issuer));
  }
  Own without;
  without.claims.erase("aud");
  CHECK_FALSE(without.accepted());
  without.claims.erase("iss");
  CHECK_FALSE(without.accepted());
}

TEST_CASE("Tokens: of another type than an access token are refused") {
  for (const boost::json::value& type : std::initializer_list<boost::json::value>{
           "JWT", "rt+jwt", "at+jwt ", "", nullptr, 1, boost::json::array{"at+jwt"}}) {
    Own own;
    own.header["typ"] = type;
    CHECK_FALSE(own.accepted());
  }
  Own own;
  own.header.erase("typ");
  CHECK_FALSE(own.accepted());
}

TEST_CASE("Tokens: a refresh token is no access token") {
  OutsideWorld world;
  CHECK_FALSE(world.accepts(new_secret()));
}

TEST_CASE("Tokens: `kid` is looked up and nothing else: no path, no SQL, no default") {
  for (const boost::json::value& id : std::initializer_list<boost::json::value>{
           "../../../../dev/null", "/dev/null", "token-keys.json", "x' UNION SELECT 'AAAA", "", "0", nullptr,
           0, boost::json::array{}, boost::json::string(4000, 'a')}) {
    Own own;
    own.header["kid"] = id;
    CHECK_FALSE(own.accepted());
  }
  Own own;
  own.header.erase("kid");
  CHECK_FALSE(own.accepted());
}

TEST_CASE("Tokens: one without a signature, or signed by anybody else, is refused") {
  Own own;
  const std::string header = text_of(own.header);
  const std::string claims = text_of(own.claims);
  OutsideWorld elsewhere;

  CHECK_FALSE(own.world.accepts(signed_text(header, claims) + "."));
  CHECK_FALSE(own.world.accepts(signed_text(header, claims)));
  CHECK_FALSE(own.world.accepts(token_of(header, claims, hs256(kSecret, signed_text(header, claims)))));
  CHECK_FALSE(own.world.accepts(issue_access_token(elsewhere.keys(), ann(), kNow, 15min)));
  own.header["alg"] = "none";
  CHECK_FALSE(own.world.accepts(signed_text(text_of(own.header), claims) + "."));
  CHECK_FALSE(own.accepted());
}

TEST_CASE("Tokens: one that does not say for whom or from which sign-in is refused") {
  for (const char* name : {"sub", "sid"}) {
    Own own;
    own.claims[name] = "";
    CHECK_FALSE(own.accepted());
    own.claims[name] = 1;
    CHECK_FALSE(own.accepted());
    own.claims.erase(name);
    CHECK_FALSE(own.accepted());
  }
}

TEST_CASE("Tokens: after a rotation those of the key before are good, after two they are not, known or not") {
  OutsideWorld world;
  const std::string token = issue_access_token(world.keys(), ann(), kNow, 15min);
  REQUIRE(world.accepts(token));

  REQUIRE(world.keys().rotate());
  CHECK(world.accepts(token));
  CHECK(world.accepts(issue_access_token(world.keys(), ann(), kNow, 15min)));

  REQUIRE(world.keys().rotate());
  CHECK_FALSE(world.accepts(token));
}

TEST_CASE("Tokens: one altered in any character is refused, though the good one is known already") {
  OutsideWorld world;
  const std::string token = issue_access_token(world.keys(), ann(), kNow, 15min);
  REQUIRE(world.accepts(token));

  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string altered = token;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    CAPTURE(i);
    CHECK_FALSE(world.accepts(altered));
    CHECK_FALSE(world.accepts(token.substr(0, i)));
  }
  CHECK(world.accepts(token));
}
