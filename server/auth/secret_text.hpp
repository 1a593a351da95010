// Secrets: made from the kernel's randomness, kept as their hash, compared in constant time, and wiped from
// memory when they have been used. Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace coterie {

// A text that is wiped where it ends and where it is moved from. Never logged, never copied.
class SecretText {
 public:
  SecretText() = default;
  SecretText(std::string text);  // implicit: whatever is handed over as a secret is kept as one
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText&& other) noexcept;
  ~SecretText();

  std::string_view view() const { return text_; }
  std::size_t size() const { return text_.size(); }

 private:
  std::string text_;
};

// Overwrites the whole memory of a text, also what a shorter one left in it, and empties it.
void wipe(std::string& text);

// 256 random bits as base64url: refresh tokens, one-time links.
std::string new_secret();

// What is stored of a secret with 256 random bits: SHA-256 as base64url. Such a secret cannot be guessed, so
// it needs no slow hash; a password does (see PasswordHasher).
std::string hash_of_secret(std::string_view secret);

// Takes the same time wherever the texts differ. Their lengths are no secret.
bool equal_secrets(std::string_view a, std::string_view b);

// The MAC of HS256 (RFC 2104 with SHA-256), 32 bytes, and whether `mac` is that of `text`, in constant time.
std::string hmac_sha256(std::string_view key, std::string_view text);
bool is_hmac_sha256(std::string_view key, std::string_view text, std::string_view mac);

// Makes sure that libsodium has found its randomness; whoever calls it directly calls this before.
void begin_sodium();

}  // namespace coterie
