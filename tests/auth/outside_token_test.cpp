// Tokens of outside issuers: which are accepted, and what becomes of their claims.
#include <doctest/doctest.h>

#include "protocol/base64url.hpp"
#include "server/auth/token_issuer.hpp"
#include "tests/auth/outside_world.hpp"

using namespace coterie;
using namespace coterie::testing;
using namespace std::chrono_literals;

namespace {

bool accepts_with(OutsideWorld& world, const char* name, const boost::json::value& value) {
  boost::json::object claims = good_claims();
  claims[name] = value;
  return world.accepts(secret_token(claims));
}

VerifiedToken verified(OutsideWorld& world, const boost::json::object& claims) {
  return world.verifier().verify(secret_token(claims), kNow).value();
}

}  // namespace

TEST_CASE("Outside tokens: say which issuer, which user with which roles, and until when") {
  OutsideWorld world;
  world.trust_secret();
  boost::json::object claims = good_claims();
  claims["name"] = "Ann Bo";
  claims["roles"] = boost::json::array{"editor"};

  const VerifiedToken token = verified(world, claims);

  CHECK_FALSE(token.own());
  CHECK(token.issuer == "app");
  CHECK(token.user.id == UserId{"ann"});
  CHECK(token.user.name == "Ann Bo");
  CHECK(token.roles == Roles({"editor"}));
  CHECK(token.sign_in.empty());
  CHECK(token.expires_at == kNow + 15min);
}

TEST_CASE("Outside tokens: nobody's are good where nobody is trusted, nor once nobody is any more [law 8]") {
  OutsideWorld world;
  const std::string token = secret_token(good_claims());
  CHECK_FALSE(world.accepts(token));

  world.trust_secret();
  CHECK(world.accepts(token));

  world.trust_secret("another secret: wLz0@cV5^bN2&mX8*kR3(");
  CHECK_FALSE(world.accepts(token));

  world.verifier().set_issuers({});
  CHECK_FALSE(world.accepts(token));
}

TEST_CASE("Outside tokens: of another issuer, audience, type or time are refused") {
  OutsideWorld world;
  world.trust_secret();

  CHECK(accepts_with(world, "aud", boost::json::array{"account", "coterie"}));
  CHECK_FALSE(accepts_with(world, "aud", "account"));
  CHECK_FALSE(accepts_with(world, "iss", "https://id.example.com/"));
  CHECK_FALSE(accepts_with(world, "iss", "https://id.example.com.evil.example"));
  CHECK_FALSE(accepts_with(world, "exp", 1'899'999'940));
  CHECK_FALSE(accepts_with(world, "exp", nullptr));
  CHECK(accepts_with(world, "nbf", 1'900'000'060));
  CHECK_FALSE(accepts_with(world, "nbf", 1'900'000'061));
  CHECK_FALSE(accepts_with(world, "iat", 1'900'000'061));
  for (const char* type : {"JWT", "jwt", "at+jwt", "application/at+jwt", "AT+JWT"}) {
    CHECK(world.accepts(
        secret_token("{\"alg\":\"HS256\",\"typ\":\"" + std::string(type) + "\"}", text_of(good_claims()))));
  }
  for (const char* header :
       {R"({"alg":"HS256","typ":"logout+jwt"})", R"({"alg":"HS256","typ":""})",
        R"({"alg":"HS256","typ":null})", R"({"alg":"HS256"})", R"({"alg":"HS256","typ":"dpop+jwt"})"}) {
    CAPTURE(header);
    CHECK_FALSE(world.accepts(secret_token(header, text_of(good_claims()))));
  }
}

TEST_CASE("Outside tokens: types are as configured, and one without a type where that is said") {
  OutsideWorld world;
  OutsideIssuer issuer = world.issuer(KeySource::secret, JwsAlgorithm::hs256, kSecret);
  issuer.types = {"", "special+jwt"};
  world.trust(issuer);
  const auto accepts = [&](const char* header) {
    return world.accepts(secret_token(header, text_of(good_claims())));
  };

  CHECK(accepts(R"({"alg":"HS256"})"));
  CHECK(accepts(R"({"alg":"HS256","typ":"special+jwt"})"));
  CHECK_FALSE(accepts(R"({"alg":"HS256","typ":"JWT"})"));
  CHECK_FALSE(accepts(R"({"alg":"HS256","typ":""})"));
  CHECK_FALSE(accepts(R"({"alg":"HS256","typ":null})"));
  CHECK_FALSE(accepts(R"({"alg":"HS256","typ":1})"));
}

TEST_CASE("Outside tokens: a refresh token is refused where the issuer says that it is one") {
  OutsideWorld world;
  world.trust_secret();

  CHECK_FALSE(accepts_with(world, "typ", "Refresh"));
  CHECK_FALSE(accepts_with(world, "typ", "Offline"));
  CHECK_FALSE(accepts_with(world, "type", "refresh"));
  CHECK_FALSE(accepts_with(world, "token_type", "refresh"));
  CHECK_FALSE(accepts_with(world, "token_use", "refresh"));
  CHECK(accepts_with(world, "typ", "Bearer"));
  CHECK(accepts_with(world, "token_type", "access"));
}

TEST_CASE("Outside tokens: an issuer cannot issue ours, nor we theirs") {
  OutsideWorld world;
  world.trust_secret();
  boost::json::object claims = good_claims();
  claims["iss"] = kOwnIssuer;
  claims["sid"] = "family";
  CHECK_FALSE(world.accepts(secret_token(claims)));
  CHECK_FALSE(world.accepts(secret_token(R"({"alg":"HS256","typ":"at+jwt"})", text_of(claims))));
  CHECK_FALSE(world.accepts(secret_token(
      R"({"alg":"HS256","typ":"at+jwt","kid":")" + world.keys().current_id() + "\"}", text_of(claims))));
  CHECK_FALSE(world.accepts(
      world.keys().current().sign("at+jwt", world.keys().current_id(), text_of(good_claims()))));
}

TEST_CASE("Outside tokens: with one key `kid` may be anything, since it is not asked for") {
  OutsideWorld world;
  world.trust_secret();
  CHECK(world.accepts(
      secret_token(header_of("HS256", R"(,"kid":"../../etc/passwd")"), text_of(good_claims()))));
  CHECK_FALSE(world.accepts(secret_token(header_of("HS256", R"(,"kid":1)"), text_of(good_claims()))));
}

TEST_CASE("Outside tokens: with a JWKS each key verifies by its name and its own algorithm alone") {
  OutsideWorld world;
  const Signer rsa = Signer::rsa();
  const Signer ec = Signer::ec();
  boost::json::object first = rsa.public_jwk("one");
  first["use"] = "sig";
  first["alg"] = "RS256";
  first["x5u"] = "http://127.0.0.1:9/never-asked";
  boost::json::object encryption = Signer::rsa().public_jwk("enc");
  encryption["use"] = "enc";
  const boost::json::object keys{{"keys", {first, ec.public_jwk("two"), encryption}}};
  OutsideIssuer issuer = world.issuer(KeySource::jwks, JwsAlgorithm::rs256, text_of(keys));
  issuer.algorithms = {JwsAlgorithm::rs256, JwsAlgorithm::es256};
  world.trust(issuer);
  const std::string claims = text_of(good_claims());
  const auto with = [&](const char* algorithm, const std::string& id, auto sign) {
    const std::string header = header_of(algorithm, id.empty() ? "" : ",\"kid\":\"" + id + "\"");
    return world.accepts(token_of(header, claims, sign(signed_text(header, claims))));
  };
  const auto by_rsa = [&](const std::string& text) { return rsa.rs256(text); };
  const auto by_ec = [&](const std::string& text) { return ec.es256(text); };

  CHECK(with("RS256", "one", by_rsa));
  CHECK(with("ES256", "two", by_ec));
  CHECK_FALSE(with("RS256", "two", by_rsa));
  CHECK_FALSE(with("ES256", "one", by_ec));
  CHECK_FALSE(with("RS256", "three", by_rsa));
  CHECK_FALSE(with("RS256", "enc", by_rsa));
  CHECK_FALSE(with("RS256", "", by_rsa));
  CHECK_FALSE(with("PS256", "one", [&](const auto& text) { return rsa.ps256(text); }));
}

TEST_CASE("Outside tokens: a user that cannot be one here is refused; numbers are read as text") {
  OutsideWorld world;
  world.trust_secret();

  CHECK(accepts_with(world, "sub", "6f1c9a9e-1b7b-4c64-9b0e-0d8f3f2f9e11"));
  boost::json::object claims = good_claims();
  claims["sub"] = 42;
  CHECK(verified(world, claims).user.id == UserId{"42"});
  for (const boost::json::value& user : std::initializer_list<boost::json::value>{
           "", "a\nb",
           "a\u202e"
           "b",
           boost::json::string(65, 'a'), nullptr, true, 1.5, boost::json::array{"ann"}}) {
    CHECK_FALSE(accepts_with(world, "sub", user));
  }
  claims.erase("sub");
  CHECK_FALSE(world.accepts(secret_token(claims)));
}

TEST_CASE("Outside tokens: claims are found by their path, in objects and under names with dots") {
  OutsideWorld world;
  OutsideIssuer issuer = world.issuer(KeySource::secret, JwsAlgorithm::hs256, kSecret);
  issuer.claims.user = "preferred_username";
  issuer.claims.name = "https://app.example/profile.display";
  issuer.claims.roles = "resource_access.my.client.roles";
  issuer.claims.user_prefix = "app:";
  world.trust(issuer);
  boost::json::object claims = good_claims();
  claims["preferred_username"] = "ann.bo";
  claims["https://app.example/profile"] = boost::json::object{{"display", "Ann Bo"}};
  claims["resource_access"] =
      boost::json::object{{"my.client", boost::json::object{{"roles", boost::json::array{"a", "b", 3}}}}};

  const VerifiedToken token = verified(world, claims);

  CHECK(token.user.id == UserId{"app:ann.bo"});
  CHECK(token.user.name == "Ann Bo");
  CHECK(token.roles == Roles({"a", "b"}));
}

TEST_CASE("Outside tokens: without a table roles are taken as they are, but never that of an administrator") {
  OutsideWorld world;
  OutsideIssuer issuer = world.issuer(KeySource::secret, JwsAlgorithm::hs256, kSecret);
  issuer.claims.roles = "scope";
  issuer.claims.default_roles = {"member"};
  world.trust(issuer);
  boost::json::object claims = good_claims();

  CHECK(verified(world, claims).roles == Roles({"member"}));
  claims["scope"] = " editor admin  sales";
  CHECK(verified(world, claims).roles == Roles({"editor", "member", "sales"}));
  claims["scope"] = boost::json::array{"admin", "editor", "a\nb", boost::json::array{"x"}};
  CHECK(verified(world, claims).roles == Roles({"editor", "member"}));
}

TEST_CASE("Outside tokens: with a table only what it names is taken, and becomes what it says") {
  OutsideWorld world;
  OutsideIssuer issuer = world.issuer(KeySource::secret, JwsAlgorithm::hs256, kSecret);
  issuer.claims.role_table.emplace();
  (*issuer.claims.role_table)["rental-lead"] = {"editor", "approver"};
  (*issuer.claims.role_table)["boss"] = {"admin"};
  world.trust(issuer);
  boost::json::object claims = good_claims();
  claims["roles"] = boost::json::array{"rental-lead", "editor-in-chief", "admin"};
  CHECK(verified(world, claims).roles == Roles({"approver", "editor"}));
  claims["roles"] = boost::json::array{"boss"};
  CHECK(verified(world, claims).roles == Roles({"admin"}));
}

TEST_CASE("Outside tokens: too many roles are refused [law 6]") {
  OutsideWorld world;
  world.trust_secret();
  boost::json::array roles;
  for (int i = 0; i < 64; ++i) roles.emplace_back("r" + std::to_string(i));
  CHECK(accepts_with(world, "roles", roles));
  roles.emplace_back("one more");
  CHECK_FALSE(accepts_with(world, "roles", roles));
}
