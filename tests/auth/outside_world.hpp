// A server that knows outside issuers, one after another, each with its file of keys.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/auth/token_verifier.hpp"
#include "tests/auth/token_forge.hpp"
#include "tests/support/temporary_directory.hpp"

namespace coterie::testing {

inline constexpr Timestamp kNow{std::chrono::seconds(1'900'000'000)};
inline constexpr std::string_view kSecret = "J7#q!wLz0@cV5^bN2&mX8*kR3(pT6)yF";
inline constexpr std::string_view kIssuer = "https://id.example.com";

class OutsideWorld {
 public:
  OutsideWorld() = default;

  TokenKeys& keys() { return keys_; }
  TokenVerifier& verifier() { return verifier_; }
  const std::filesystem::path& path() const { return directory_.path(); }

  OutsideIssuer issuer(KeySource source, JwsAlgorithm algorithm, std::string_view content) const {
    const std::filesystem::path file = path() / "issuer.keys";
    std::ofstream(file, std::ios::binary) << content;
    OutsideIssuer made;
    made.name = "app";
    made.issuer = kIssuer;
    made.audience = "coterie";
    made.algorithms = {algorithm};
    made.source = source;
    made.file = file;
    return made;
  }
  void trust(OutsideIssuer issuer) {
    std::vector<IssuerKeys> all;
    all.push_back(IssuerKeys::load(std::move(issuer)).value());
    verifier_.set_issuers(std::move(all));
  }
  void trust_secret(std::string_view secret = kSecret) {
    trust(issuer(KeySource::secret, JwsAlgorithm::hs256, secret));
  }
  void trust_key(JwsAlgorithm algorithm, const Signer& signer) {
    trust(issuer(KeySource::key, algorithm, signer.public_pem()));
  }

  // "" where the token is good; else why it is not.
  std::string refusal(std::string_view token, Timestamp now = kNow) {
    const Result<VerifiedToken> verified = verifier_.verify(token, now);
    return verified ? "" : verified.error().message;
  }
  bool accepts(std::string_view token) { return refusal(token).empty(); }

 private:
  TemporaryDirectory directory_{};
  TokenKeys keys_ = TokenKeys::load_or_make(directory_.path()).value();
  TokenVerifier verifier_{keys_};
};

inline std::string header_of(std::string_view algorithm, std::string_view more = {}) {
  return "{\"alg\":\"" + std::string(algorithm) + "\",\"typ\":\"JWT\"" + std::string(more) + "}";
}

inline boost::json::object good_claims() {
  return {
      {"iss", kIssuer}, {"aud", "coterie"}, {"sub", "ann"}, {"exp", 1'900'000'900}, {"iat", 1'900'000'000}};
}

inline std::string text_of(const boost::json::object& object) { return boost::json::serialize(object); }

// A token by kSecret.
inline std::string secret_token(const std::string& header, const std::string& claims) {
  return token_of(header, claims, hs256(kSecret, signed_text(header, claims)));
}
inline std::string secret_token(const boost::json::object& claims) {
  return secret_token(header_of("HS256"), text_of(claims));
}

}  // namespace coterie::testing
