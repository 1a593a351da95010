// Makes tokens of any kind, good and bad, with OpenSSL: another implementation than the one that is tested.
#pragma once

#include <openssl/types.h>

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace coterie::testing {

// The three parts, each encoded.
std::string token_of(std::string_view header, std::string_view claims, std::string_view signature);
// The first two parts, encoded: what is signed.
std::string signed_text(std::string_view header, std::string_view claims);

std::string sha256(std::string_view text);
std::string hs256(std::string_view secret, std::string_view text);

// A pair of keys that signs.
class Signer {
 public:
  static Signer rsa(int bits = 2048, unsigned long exponent = 65537);
  static Signer ec(const char* curve = "P-256");
  static Signer ed25519();

  std::string public_pem() const;
  std::string private_pem() const;
  boost::json::object public_jwk(std::string_view id) const;

  // The bytes of a signature as JWS has them; ES256: `der` leaves it as OpenSSL makes it.
  std::string rs256(std::string_view text, const char* hash = "SHA256") const;
  std::string ps256(std::string_view text, int salt_bytes = 32) const;
  std::string raw_rsa(std::string_view block) const;  // a block as long as the key, without any padding
  std::string es256(std::string_view text, bool der = false) const;
  std::string eddsa(std::string_view text) const;

 private:
  explicit Signer(EVP_PKEY* key);
  std::string digest_sign(std::string_view text, const char* hash, int padding, int salt_bytes) const;
  std::string number(const char* name, std::size_t least_bytes = 0) const;  // of a parameter, big-endian
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace coterie::testing
