// The files of outside issuers: which keys are taken, and which stop the start.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "protocol/base64url.hpp"
#include "tests/auth/outside_world.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

std::string refusal(OutsideIssuer issuer) {
  const Result<IssuerKeys> keys = IssuerKeys::load(std::move(issuer));
  return keys ? "none" : keys.error().message;
}
bool says(const std::string& message, std::string_view part) { return message.find(part) != message.npos; }

std::string key_set(const std::vector<boost::json::object>& keys) {
  boost::json::array list;
  for (const boost::json::object& key : keys) list.push_back(key);
  return text_of(boost::json::object{{"keys", list}});
}

}  // namespace

TEST_CASE("Issuer keys: a missing file, a folder and a file that is too long are named") {
  OutsideWorld world;
  OutsideIssuer issuer = world.issuer(KeySource::key, JwsAlgorithm::rs256, std::string(1024 * 1024 + 1, 'x'));
  CHECK(says(refusal(issuer), issuer.file.string() + ": This file is too long"));
  issuer.file = world.path();
  CHECK(says(refusal(issuer), "This is no file."));
  issuer.file = world.path() / "missing.pem";
  CHECK(says(refusal(issuer), "missing.pem: This file cannot be read"));
}

TEST_CASE("Issuer keys: a public key or a certificate of its algorithm is taken, any other is not") {
  OutsideWorld world;
  const Signer rsa = Signer::rsa();
  const Signer ec = Signer::ec();
  const Signer ed = Signer::ed25519();
  const auto of = [&](JwsAlgorithm algorithm, const std::string& pem) {
    return refusal(world.issuer(KeySource::key, algorithm, pem));
  };

  CHECK(of(JwsAlgorithm::rs256, rsa.public_pem()) == "none");
  CHECK(of(JwsAlgorithm::ps256, rsa.public_pem()) == "none");
  CHECK(of(JwsAlgorithm::es256, ec.public_pem()) == "none");
  CHECK(of(JwsAlgorithm::eddsa, ed.public_pem()) == "none");
  CHECK(says(of(JwsAlgorithm::es256, rsa.public_pem()), "no key of the curve P-256"));
  CHECK(says(of(JwsAlgorithm::rs256, ec.public_pem()), "no RSA key"));
  CHECK(says(of(JwsAlgorithm::es256, ed.public_pem()), "no key of the curve P-256"));
  CHECK(says(of(JwsAlgorithm::eddsa, ec.public_pem()), "no Ed25519 key"));
  CHECK(says(of(JwsAlgorithm::hs256, rsa.public_pem()), "takes a secret"));
  CHECK(says(of(JwsAlgorithm::rs256, rsa.private_pem()), "private key"));
  CHECK(says(of(JwsAlgorithm::es256, ec.private_pem()), "private key"));
  CHECK(says(of(JwsAlgorithm::rs256, ""), "PEM"));
  CHECK(says(of(JwsAlgorithm::rs256, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
             "cannot be read"));
}

TEST_CASE("Issuer keys: weak ones are refused: short RSA, an odd exponent, other curves [law 8]") {
  OutsideWorld world;
  const auto of = [&](JwsAlgorithm algorithm, const std::string& pem) {
    return refusal(world.issuer(KeySource::key, algorithm, pem));
  };

  CHECK(says(of(JwsAlgorithm::rs256, Signer::rsa(1024).public_pem()), "too weak"));
  CHECK(says(of(JwsAlgorithm::ps256, Signer::rsa(1024).public_pem()), "too weak"));
  CHECK(of(JwsAlgorithm::rs256, Signer::rsa(2048, 3).public_pem()) == "none");
  CHECK(says(of(JwsAlgorithm::es256, Signer::ec("P-384").public_pem()), "P-256"));
  CHECK(of(JwsAlgorithm::es256, Signer::ec("secp256k1").public_pem()) != "none");
  const Signer rsa = Signer::rsa();
  for (const char* exponent : {"AQ", "Ag", "AA", "AAE", "BA"}) {
    boost::json::object jwk = rsa.public_jwk("a");
    jwk["e"] = exponent;
    CAPTURE(exponent);
    CHECK(refusal(world.issuer(KeySource::jwks, JwsAlgorithm::rs256, key_set({jwk}))) != "none");
  }
}

TEST_CASE("Issuer keys: a point that is not on the curve is no key") {
  OutsideWorld world;
  boost::json::object jwk = Signer::ec().public_jwk("a");
  jwk["y"] = jwk["x"];
  OutsideIssuer issuer = world.issuer(KeySource::jwks, JwsAlgorithm::es256, key_set({jwk}));

  CHECK(says(refusal(issuer), "no public key"));
}

TEST_CASE("Issuer keys: a secret is its file's bytes, without the line end after them") {
  OutsideWorld world;
  world.trust_secret(std::string(kSecret) + "\r\n");
  CHECK(world.accepts(secret_token(good_claims())));

  const auto of = [&](std::string_view secret) {
    return refusal(world.issuer(KeySource::secret, JwsAlgorithm::hs256, secret));
  };
  CHECK(says(of("too short"), "too short"));
  CHECK(says(of("your-256-bit-secret-for-the-application"), "known from examples"));
  CHECK(says(of(std::string(40, '0')), "no random secret"));
  CHECK(says(of(Signer::ec().public_pem()), "PEM"));
  CHECK(says(refusal(world.issuer(KeySource::secret, JwsAlgorithm::rs256, kSecret)), "for HS256"));
}

TEST_CASE("Issuer keys: a secret that others may read is taken with a warning") {
  OutsideWorld world;
  const OutsideIssuer issuer = world.issuer(KeySource::secret, JwsAlgorithm::hs256, kSecret);
  chmod(issuer.file.c_str(), 0600);
  CHECK(IssuerKeys::load(issuer).value().warning().empty());
  chmod(issuer.file.c_str(), 0644);
  CHECK(says(IssuerKeys::load(issuer).value().warning(), "Others than the server may read"));
}

TEST_CASE("Issuer keys: a JWKS holds at least one key of the issuer's algorithms, each under one name") {
  OutsideWorld world;
  const auto of = [&](const std::string& text, std::vector<JwsAlgorithm> algorithms = {JwsAlgorithm::rs256}) {
    OutsideIssuer issuer = world.issuer(KeySource::jwks, algorithms.front(), text);
    issuer.algorithms = std::move(algorithms);
    return refusal(issuer);
  };
  const Signer rsa = Signer::rsa();
  boost::json::object nameless = rsa.public_jwk("a");
  nameless.erase("kid");
  boost::json::object private_key = rsa.public_jwk("a");
  private_key["d"] = "AAAA";
  boost::json::object for_pss = rsa.public_jwk("a");
  for_pss["alg"] = "PS256";

  CHECK(of(key_set({rsa.public_jwk("a")})) == "none");
  CHECK(of(key_set({nameless})) == "none");
  CHECK(of(key_set({rsa.public_jwk("a"), Signer::ec().public_jwk("b")})) == "none");
  for (const char* text :
       {"", "{", "[]", "{}", R"({"keys":1})", R"({"keys":[1]})", R"({"keys":[]})", R"({"keys":[{}]})"}) {
    CAPTURE(text);
    CHECK(of(text) != "none");
  }
  CHECK(says(of(key_set({for_pss})), "None of these keys"));
  CHECK(says(of(key_set({Signer::ec().public_jwk("b")})), "None of these keys"));
  CHECK(says(of(key_set({rsa.public_jwk("a"), rsa.public_jwk("a")})), "called the same"));
  CHECK(says(of(key_set({nameless, rsa.public_jwk("a")})), "needs a `kid`"));
  CHECK(says(of(key_set({private_key})), "private key"));
  CHECK(says(of(key_set({Signer::rsa(1024).public_jwk("a")})), "too weak"));
  CHECK(says(of(key_set({rsa.public_jwk("a")}), {JwsAlgorithm::rs256, JwsAlgorithm::ps256}), "(`alg`)"));
  boost::json::array many;
  for (int i = 0; i < 65; ++i) many.push_back(boost::json::object{{"kty", "EC"}});
  CHECK(says(of(text_of(boost::json::object{{"keys", many}})), "64 keys at most"));
}

TEST_CASE("Issuer keys: a key of a JWKS that is for something else than signatures is left out") {
  OutsideWorld world;
  const Signer rsa = Signer::rsa();
  const auto with = [&](const char* name, const boost::json::value& value) {
    boost::json::object jwk = rsa.public_jwk("a");
    jwk[name] = value;
    return refusal(world.issuer(KeySource::jwks, JwsAlgorithm::rs256, key_set({jwk})));
  };

  CHECK(with("use", "sig") == "none");
  CHECK(with("key_ops", boost::json::array{"verify"}) == "none");
  for (const boost::json::value& other : std::initializer_list<boost::json::value>{"enc", "", nullptr, 1}) {
    CHECK(says(with("use", other), "None of these keys"));
  }
  for (const boost::json::value& other : std::initializer_list<boost::json::value>{
           "verify", nullptr, boost::json::array{}, boost::json::array{"encrypt", "wrapKey"}}) {
    CHECK(says(with("key_ops", other), "None of these keys"));
  }
  CHECK(says(with("alg", nullptr), "None of these keys"));
}

TEST_CASE("Issuer keys: secrets may stand in a JWKS as well") {
  OutsideWorld world;
  const boost::json::object jwk{{"kty", "oct"}, {"kid", "a"}, {"k", to_base64url(kSecret)}};
  world.trust(world.issuer(KeySource::jwks, JwsAlgorithm::hs256, key_set({jwk})));

  CHECK(world.accepts(secret_token(header_of("HS256", R"(,"kid":"a")"), text_of(good_claims()))));
  CHECK_FALSE(world.accepts(secret_token(header_of("HS256", R"(,"kid":"b")"), text_of(good_claims()))));
}
