// The only file that includes Rhonabwy.
#include "server/auth/jws_key.hpp"

#include <gnutls/abstract.h>
#include <rhonabwy.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "protocol/base64url.hpp"
#include "protocol/json.hpp"
#include "server/auth/secret_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

struct FreeKey {
  void operator()(jwk_t* key) const { r_jwk_free(key); }
};
struct FreeToken {
  void operator()(jws_t* token) const { r_jws_free(token); }
};
struct FreeText {
  void operator()(char* text) const { r_free(text); }
};
using KeyHandle = std::unique_ptr<jwk_t, FreeKey>;
using TokenHandle = std::unique_ptr<jws_t, FreeToken>;

void begin_library() {
  static const bool kReady = r_global_init() == RHN_OK;
  if (!kReady) throw std::runtime_error("the library for tokens cannot be used");
}

KeyHandle new_key() {
  begin_library();
  jwk_t* key = nullptr;
  if (r_jwk_init(&key) != RHN_OK) throw std::bad_alloc();
  return KeyHandle(key);
}

TokenHandle new_token() {
  jws_t* token = nullptr;
  if (r_jws_init(&token) != RHN_OK) throw std::bad_alloc();
  return TokenHandle(token);
}

Error no_key(std::string message) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = std::move(message);
  return error;
}

jwa_alg library_algorithm(JwsAlgorithm algorithm) {
  switch (algorithm) {
    case JwsAlgorithm::hs256:
      return R_JWA_ALG_HS256;
    case JwsAlgorithm::rs256:
      return R_JWA_ALG_RS256;
    case JwsAlgorithm::ps256:
      return R_JWA_ALG_PS256;
    case JwsAlgorithm::es256:
      return R_JWA_ALG_ES256;
    case JwsAlgorithm::eddsa:
      return R_JWA_ALG_EDDSA;
  }
  return R_JWA_ALG_NONE;
}

std::string property(jwk_t* key, const char* name) {
  const char* const text = r_jwk_get_property_str(key, name);
  return text == nullptr ? std::string() : std::string(text);
}

// Below 3, or even: with such an exponent anybody signs.
bool is_weak_exponent(const std::string& encoded) {
  const std::string bytes = from_base64url(encoded).value_or("");
  if (bytes.empty()) return true;
  const bool small =
      bytes.find_first_not_of('\0') >= bytes.size() - 1 && static_cast<unsigned char>(bytes.back()) < 3;
  return small || (static_cast<unsigned char>(bytes.back()) & 1) == 0;
}

// Whether its numbers make a key at all: a point on the curve, a modulus that can be one.
bool holds_together(jwk_t* key) {
  const gnutls_pubkey_t made = r_jwk_export_to_gnutls_pubkey(key, R_FLAG_IGNORE_REMOTE);
  const bool good = made != nullptr && gnutls_pubkey_verify_params(made) == GNUTLS_E_SUCCESS;
  if (made != nullptr) gnutls_pubkey_deinit(made);
  return good;
}

// What a public key lacks for an algorithm; empty: nothing.
std::string fault_of(JwsAlgorithm algorithm, jwk_t* key) {
  unsigned int bits = 0;
  const int type = r_jwk_key_type(key, &bits, R_FLAG_IGNORE_REMOTE);
  if ((type & R_KEY_TYPE_PRIVATE) != 0) return "This is a private key; put the public one here.";
  if ((type & R_KEY_TYPE_PUBLIC) == 0 || !holds_together(key))
    return "This is no public key that can be read.";
  switch (algorithm) {
    case JwsAlgorithm::rs256:
    case JwsAlgorithm::ps256:
      if ((type & R_KEY_TYPE_RSA) == 0) return "This is no RSA key.";
      if (bits < 2048) return "This RSA key is too weak: at least 2048 bits.";
      if (bits > 8192) return "This RSA key is too long: at most 8192 bits.";
      return is_weak_exponent(property(key, "e")) ? "This RSA key has a weak exponent." : "";
    case JwsAlgorithm::es256:
      if ((type & R_KEY_TYPE_EC) == 0 || property(key, "crv") != "P-256")
        return "This is no key of the curve P-256.";
      return "";
    case JwsAlgorithm::eddsa:
      if ((type & R_KEY_TYPE_EDDSA) == 0 || property(key, "crv") != "Ed25519")
        return "This is no Ed25519 key.";
      return "";
    case JwsAlgorithm::hs256:
      break;
  }
  return "HS256 takes a secret, not a public key.";
}

// The members that make up a key of each kind. Addresses of keys elsewhere (`x5u`) are not among them.
json::object key_members(const json::object& jwk) {
  json::object kept;
  for (const std::string_view name : {"kty", "crv", "n", "e", "x", "y"}) {
    const std::string_view value = string_member(jwk, name);
    if (!value.empty()) kept.emplace(name, value);
  }
  return kept;
}

constexpr std::array<std::string_view, 5> kNames{"HS256", "RS256", "PS256", "ES256", "EdDSA"};

}  // namespace

std::string_view to_text(JwsAlgorithm algorithm) { return kNames[static_cast<std::size_t>(algorithm)]; }

std::optional<JwsAlgorithm> jws_algorithm_from_text(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<JwsAlgorithm>(i);
  }
  return std::nullopt;
}

struct JwsKey::Parts {
  Parts(JwsAlgorithm named, KeyHandle made, SecretText text = {})
      : algorithm(named), key(std::move(made)), secret(std::move(text)) {}
  JwsAlgorithm algorithm;
  KeyHandle key;
  SecretText secret;
};

JwsKey::JwsKey(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
JwsKey::JwsKey(JwsKey&&) noexcept = default;
JwsKey& JwsKey::operator=(JwsKey&&) noexcept = default;
JwsKey::~JwsKey() = default;

Result<JwsKey> JwsKey::from_secret(std::string_view secret) {
  if (std::string weakness = weakness_of_secret(secret); !weakness.empty())
    return no_key(std::move(weakness));
  KeyHandle key = new_key();
  const auto* const bytes = reinterpret_cast<const unsigned char*>(secret.data());
  if (r_jwk_import_from_symmetric_key(key.get(), bytes, secret.size()) != RHN_OK) {
    return no_key("This secret cannot be used.");
  }
  return JwsKey(
      std::make_unique<Parts>(JwsAlgorithm::hs256, std::move(key), SecretText(std::string(secret))));
}

Result<JwsKey> JwsKey::from_pem(JwsAlgorithm algorithm, std::string_view pem) {
  if (pem.find(" PRIVATE KEY-----") != pem.npos)
    return no_key("This is a private key; put the public one here.");
  const bool certificate = pem.find("-----BEGIN CERTIFICATE-----") != pem.npos;
  if (!certificate && pem.find("-----BEGIN PUBLIC KEY-----") == pem.npos) {
    return no_key("This is no public key or certificate in PEM form (-----BEGIN PUBLIC KEY-----).");
  }
  KeyHandle key = new_key();
  const auto* const bytes = reinterpret_cast<const unsigned char*>(pem.data());
  const int kind = certificate ? R_X509_TYPE_CERTIFICATE : R_X509_TYPE_PUBKEY;
  if (r_jwk_import_from_pem_der(key.get(), kind, R_FORMAT_PEM, bytes, pem.size()) != RHN_OK) {
    return no_key("This key cannot be read.");
  }
  if (std::string fault = fault_of(algorithm, key.get()); !fault.empty()) return no_key(std::move(fault));
  return JwsKey(std::make_unique<Parts>(algorithm, std::move(key)));
}

Result<JwsKey> JwsKey::from_jwk(JwsAlgorithm algorithm, const json::object& jwk) {
  if (algorithm == JwsAlgorithm::hs256) {
    const std::optional<std::string> secret = from_base64url(string_member(jwk, "k"));
    if (string_member(jwk, "kty") != "oct" || !secret) return no_key("This is no secret (\"kty\": \"oct\").");
    return from_secret(*secret);
  }
  if (jwk.contains("d")) return no_key("This is a private key; put the public one here.");
  KeyHandle key = new_key();
  if (r_jwk_import_from_json_str(key.get(), to_json_text(key_members(jwk)).c_str()) != RHN_OK) {
    return no_key("This key cannot be read.");
  }
  if (std::string fault = fault_of(algorithm, key.get()); !fault.empty()) return no_key(std::move(fault));
  return JwsKey(std::make_unique<Parts>(algorithm, std::move(key)));
}

JwsAlgorithm JwsKey::algorithm() const { return parts_->algorithm; }

// The library compares MACs byte by byte up to the first difference (CVE-2024-25714, open in Debian 12). So
// ours are compared before, in constant time; the library is shown only those that are right.
bool JwsKey::verifies(const TokenForm& token) const {
  const JwsAlgorithm algorithm = parts_->algorithm;
  if (string_member(token.header, "alg") != to_text(algorithm)) return false;
  if (algorithm == JwsAlgorithm::hs256) {
    if (!is_hmac_sha256(parts_->secret.view(), token.signed_text, token.signature)) return false;
  } else if (algorithm == JwsAlgorithm::es256 || algorithm == JwsAlgorithm::eddsa) {
    if (token.signature.size() != 64) return false;
  }
  const TokenHandle handle = new_token();
  if (r_jws_advanced_compact_parsen(handle.get(), token.text.data(), token.text.size(), R_PARSE_NONE,
                                    R_FLAG_IGNORE_REMOTE) != RHN_OK) {
    return false;
  }
  if (r_jws_get_alg(handle.get()) != library_algorithm(algorithm)) return false;
  return r_jws_verify_signature(handle.get(), parts_->key.get(), R_FLAG_IGNORE_REMOTE) == RHN_OK;
}

std::string JwsKey::sign(std::string_view typ, std::string_view key_id, std::string_view claims) const {
  if (parts_->algorithm != JwsAlgorithm::hs256) throw std::logic_error("a public key signs nothing");
  const TokenHandle handle = new_token();
  const auto* const bytes = reinterpret_cast<const unsigned char*>(claims.data());
  bool ok = r_jws_set_alg(handle.get(), R_JWA_ALG_HS256) == RHN_OK;
  if (!typ.empty()) {
    ok = ok && r_jws_set_header_str_value(handle.get(), "typ", std::string(typ).c_str()) == RHN_OK;
  }
  if (!key_id.empty()) {
    ok = ok && r_jws_set_header_str_value(handle.get(), "kid", std::string(key_id).c_str()) == RHN_OK;
  }
  ok = ok && r_jws_set_payload(handle.get(), bytes, claims.size()) == RHN_OK;
  const std::unique_ptr<char, FreeText> text(
      ok ? r_jws_serialize(handle.get(), parts_->key.get(), R_FLAG_IGNORE_REMOTE) : nullptr);
  if (!text) throw std::runtime_error("a token cannot be signed");
  return std::string(text.get());
}

}  // namespace coterie
