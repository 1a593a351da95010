// One key for one algorithm: what signs and verifies tokens, by the library Rhonabwy (on GnuTLS). The
// algorithm belongs to the key and is never taken from a token (RFC 8725 section 3.1). Keys too weak for
// their algorithm are refused where they are read. Nothing is ever fetched. Thread: one at a time for each
// key.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/error.hpp"
#include "server/auth/token_form.hpp"

namespace coterie {

enum class JwsAlgorithm { hs256, rs256, ps256, es256, eddsa };

std::string_view to_text(JwsAlgorithm algorithm);  // as in the header `alg`: "HS256"
std::optional<JwsAlgorithm> jws_algorithm_from_text(std::string_view text);

class JwsKey {
 public:
  // HS256. Error bad_request: shorter than 32 bytes, or known from examples and manuals, or no secret at all.
  static Result<JwsKey> from_secret(std::string_view secret);
  // A public key or a certificate. Error bad_request: not readable, a private key, or weak: RSA below 2048
  // bits, another curve than P-256 (ES256) or Ed25519 (EdDSA).
  static Result<JwsKey> from_pem(JwsAlgorithm algorithm, std::string_view pem);
  // One key of a JWKS (RFC 7517): of its members only those are looked at that make up the key.
  static Result<JwsKey> from_jwk(JwsAlgorithm algorithm, const boost::json::object& jwk);

  JwsKey(JwsKey&&) noexcept;
  JwsKey& operator=(JwsKey&&) noexcept;
  ~JwsKey();

  JwsAlgorithm algorithm() const;
  // Whether the token names this algorithm and its signature is this key's. HS256: in constant time.
  bool verifies(const TokenForm& token) const;
  // A whole token. Only with a secret. `claims` is the text of a JSON object; an empty `typ` or `key_id` is
  // left out.
  std::string sign(std::string_view typ, std::string_view key_id, std::string_view claims) const;

 private:
  struct Parts;
  explicit JwsKey(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Why this is no secret for HS256; empty: it is one.
std::string weakness_of_secret(std::string_view secret);

}  // namespace coterie
