#include "server/auth/secret_text.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>

#include "protocol/base64url.hpp"
#include "server/ops/random.hpp"

namespace coterie {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view text_of(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

void begin_sodium() {
  static const bool kReady = sodium_init() >= 0;
  if (!kReady) throw std::runtime_error("libsodium cannot be used");
}

void wipe(std::string& text) {
  text.resize(text.capacity());
  sodium_memzero(text.data(), text.size());
  text.clear();
}

SecretText::SecretText(std::string text) : text_(std::move(text)) { wipe(text); }

SecretText::SecretText(SecretText&& other) noexcept : text_(std::move(other.text_)) { wipe(other.text_); }

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  if (this == &other) return *this;
  wipe(text_);
  text_ = std::move(other.text_);
  wipe(other.text_);
  return *this;
}

SecretText::~SecretText() { wipe(text_); }

std::string new_secret() { return random_secret(); }

std::string hash_of_secret(std::string_view secret) {
  begin_sodium();
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), bytes_of(secret), secret.size());
  return to_base64url(text_of(hash.data(), hash.size()));
}

bool equal_secrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  begin_sodium();
  crypto_auth_hmacsha256_state state;
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(text), text.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  sodium_memzero(&state, sizeof state);
  return std::string(text_of(mac.data(), mac.size()));
}

bool is_hmac_sha256(std::string_view key, std::string_view text, std::string_view mac) {
  return equal_secrets(hmac_sha256(key, text), mac);
}

}  // namespace coterie
