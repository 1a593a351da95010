// Which texts are no secrets. Those of manuals and examples are the first that anybody tries.
#include <array>
#include <bitset>

#include "protocol/base64url.hpp"
#include "server/auth/jws_key.hpp"

namespace coterie {
namespace {

constexpr std::size_t kLeastBytes = 32;  // the length of the hash (RFC 7518 section 3.2)
constexpr std::size_t kLeastDistinct =
    10;  // different bytes; 32 random ones have about 30, in hexadecimal 14

constexpr std::array<std::string_view, 10> kWords{"secret-at-least-256-bits",
                                                  "256-bit-secret",
                                                  "384-bit-secret",
                                                  "512-bit-secret",
                                                  "super-secret",
                                                  "supersecret",
                                                  "change-me",
                                                  "changeme",
                                                  "change-this",
                                                  "my-secret-key"};

// RFC 7515, appendix A.1.
constexpr std::string_view kExampleKey =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

char plain(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c == '_' || c == ' ' ? '-' : c;
}

}  // namespace

std::string weakness_of_secret(std::string_view secret) {
  if (secret.size() < kLeastBytes) return "This secret is too short: at least 32 random bytes.";
  if (secret.find("-----BEGIN ") != secret.npos) return "This is a key in PEM form, not a secret for HS256.";

  std::bitset<256> seen;
  std::string lower;
  for (const char c : secret) {
    seen.set(static_cast<unsigned char>(c));
    lower += plain(c);
  }
  bool known = secret == kExampleKey || to_base64url(secret) == kExampleKey;
  for (const std::string_view word : kWords) known = known || lower.find(word) != lower.npos;
  if (known) return "This secret is known from examples; make one of your own, of 32 random bytes.";
  if (seen.count() < kLeastDistinct) return "This is no random secret: it repeats a few characters.";
  return {};
}

}  // namespace coterie
