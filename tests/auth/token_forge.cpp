#include "tests/auth/token_forge.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>
#include <vector>

#include "protocol/base64url.hpp"

namespace coterie::testing {
namespace {

void must(bool done) {
  if (!done) throw std::runtime_error("OpenSSL refuses");
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

template <class Write>
std::string written(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> memory(BIO_new(BIO_s_mem()), &BIO_free_all);
  must(write(memory.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string bytes_of(const BIGNUM* number, std::size_t least_bytes) {
  std::string bytes(std::max<std::size_t>(static_cast<std::size_t>(BN_num_bytes(number)), least_bytes), '\0');
  must(BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) >=
       0);
  return bytes;
}

}  // namespace

std::string signed_text(std::string_view header, std::string_view claims) {
  return to_base64url(header) + "." + to_base64url(claims);
}

std::string token_of(std::string_view header, std::string_view claims, std::string_view signature) {
  return signed_text(header, claims) + "." + to_base64url(signature);
}

std::string hs256(std::string_view secret, std::string_view text) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  must(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(text), text.size(), mac,
            &size) != nullptr);
  return std::string(reinterpret_cast<const char*>(mac), size);
}

Signer::Signer(EVP_PKEY* key) : key_(key, &EVP_PKEY_free) { must(key != nullptr); }

Signer Signer::rsa(int bits, unsigned long exponent) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr), &EVP_PKEY_CTX_free);
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> e(BN_new(), &BN_free);
  must(BN_set_word(e.get(), exponent) == 1);
  must(EVP_PKEY_keygen_init(context.get()) == 1);
  must(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), bits) == 1);
  must(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), e.get()) == 1);
  EVP_PKEY* key = nullptr;
  must(EVP_PKEY_generate(context.get(), &key) == 1);
  return Signer(key);
}

Signer Signer::ec(const char* curve) { return Signer(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve)); }
Signer Signer::ed25519() { return Signer(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

std::string Signer::public_pem() const {
  return written([&](BIO* out) { return PEM_write_bio_PUBKEY(out, key_.get()); });
}

std::string Signer::private_pem() const {
  return written([&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::string Signer::number(const char* name, std::size_t least_bytes) const {
  BIGNUM* value = nullptr;
  must(EVP_PKEY_get_bn_param(key_.get(), name, &value) == 1);
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> kept(value, &BN_free);
  return bytes_of(value, least_bytes);
}

boost::json::object Signer::public_jwk(std::string_view id) const {
  boost::json::object jwk{{"kid", id}};
  if (EVP_PKEY_is_a(key_.get(), "RSA")) {
    jwk["kty"] = "RSA";
    jwk["n"] = to_base64url(number(OSSL_PKEY_PARAM_RSA_N));
    jwk["e"] = to_base64url(number(OSSL_PKEY_PARAM_RSA_E));
  } else if (EVP_PKEY_is_a(key_.get(), "EC")) {
    const std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_bits(key_.get()) + 7) / 8;
    jwk["kty"] = "EC";
    jwk["crv"] = size == 32 ? "P-256" : "P-384";
    jwk["x"] = to_base64url(number(OSSL_PKEY_PARAM_EC_PUB_X, size));
    jwk["y"] = to_base64url(number(OSSL_PKEY_PARAM_EC_PUB_Y, size));
  } else {
    unsigned char raw[32];
    std::size_t size = sizeof raw;
    must(EVP_PKEY_get_raw_public_key(key_.get(), raw, &size) == 1);
    jwk["kty"] = "OKP";
    jwk["crv"] = "Ed25519";
    jwk["x"] = to_base64url({reinterpret_cast<const char*>(raw), size});
  }
  return jwk;
}

std::string Signer::digest_sign(std::string_view text, const char* hash, int padding, int salt_bytes) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_PKEY_CTX* inner = nullptr;
  must(EVP_DigestSignInit_ex(context.get(), &inner, hash, nullptr, nullptr, key_.get(), nullptr) == 1);
  if (padding != 0) must(EVP_PKEY_CTX_set_rsa_padding(inner, padding) == 1);
  if (padding == RSA_PKCS1_PSS_PADDING) must(EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, salt_bytes) == 1);
  std::size_t size = 0;
  must(EVP_DigestSign(context.get(), nullptr, &size, bytes_of(text), text.size()) == 1);
  std::string made(size, '\0');
  must(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(made.data()), &size, bytes_of(text),
                      text.size()) == 1);
  made.resize(size);
  return made;
}

std::string Signer::rs256(std::string_view text, const char* hash) const {
  return digest_sign(text, hash, RSA_PKCS1_PADDING, 0);
}

std::string Signer::ps256(std::string_view text, int salt_bytes) const {
  return digest_sign(text, "SHA256", RSA_PKCS1_PSS_PADDING, salt_bytes);
}

std::string Signer::raw_rsa(std::string_view block) const {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(key_.get(), nullptr), &EVP_PKEY_CTX_free);
  must(EVP_PKEY_sign_init(context.get()) == 1);
  must(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) == 1);
  std::string made(block.size(), '\0');
  std::size_t size = made.size();
  must(EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(made.data()), &size, bytes_of(block),
                     block.size()) == 1);
  return made;
}

std::string sha256(std::string_view text) {
  std::string hash(32, '\0');
  must(EVP_Q_digest(nullptr, "SHA256", nullptr, text.data(), text.size(),
                    reinterpret_cast<unsigned char*>(hash.data()), nullptr) == 1);
  return hash;
}

std::string Signer::es256(std::string_view text, bool der) const {
  const std::string encoded = digest_sign(text, "SHA256", 0, 0);
  if (der) return encoded;
  const unsigned char* begin = bytes_of(encoded);
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> parts(
      d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(encoded.size())), &ECDSA_SIG_free);
  must(parts != nullptr);
  const std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_bits(key_.get()) + 7) / 8;
  return bytes_of(ECDSA_SIG_get0_r(parts.get()), size) + bytes_of(ECDSA_SIG_get0_s(parts.get()), size);
}

std::string Signer::eddsa(std::string_view text) const { return digest_sign(text, nullptr, 0, 0); }

}  // namespace coterie::testing
