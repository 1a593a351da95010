#include "server/auth/secret_text.hpp"

#include <doctest/doctest.h>

#include <set>

#include "protocol/base64url.hpp"

using namespace coterie;

TEST_CASE("Secrets: each is 256 random bits as base64url") {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string secret = new_secret();
    CHECK(from_base64url(secret).value().size() == 32);
    CHECK(seen.insert(secret).second);
  }
}

TEST_CASE("Secrets: stored is their SHA-256, as FIPS 180 has it") {
  CHECK(hash_of_secret("abc") == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
}

TEST_CASE("Secrets: HS256's MAC is that of RFC 4231, and nothing shorter or other passes for it") {
  const std::string mac = hmac_sha256("Jefe", "what do ya want for nothing?");

  CHECK(to_base64url(mac) == "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
  CHECK(is_hmac_sha256("Jefe", "what do ya want for nothing?", mac));
  CHECK_FALSE(is_hmac_sha256("Jefe", "what do ya want for nothing?", mac.substr(0, 31)));
  CHECK_FALSE(is_hmac_sha256("Jefe", "what do ya want for nothing?", mac + "x"));
  CHECK_FALSE(is_hmac_sha256("Jefe", "what do ya want for nothing?", ""));
  CHECK_FALSE(is_hmac_sha256("jefe", "what do ya want for nothing?", mac));
}

TEST_CASE("Secrets: comparing says whether all of two texts are equal") {
  CHECK(equal_secrets("", ""));
  CHECK(equal_secrets("abc", "abc"));
  CHECK_FALSE(equal_secrets("abc", "abd"));
  CHECK_FALSE(equal_secrets("abc", "ab"));
}

TEST_CASE(
    "Secrets: nothing of one stays in the memory of a text that was wiped, or that one was moved from") {
  for (const std::string secret : {"short", "one that is too long to be held within the text's own bytes"}) {
    std::string text = secret;
    const char* const memory = text.data();
    const std::size_t size = text.size();

    wipe(text);

    CHECK(text.empty());
    CHECK(std::string(memory, size) == std::string(size, '\0'));  // the text still owns it
  }
  SecretText first(std::string("short"));
  SecretText second(std::move(first));
  CHECK(first.view().empty());
  CHECK(std::string(first.view().data(), 5) == std::string(5, '\0'));
  CHECK(second.view() == "short");
  first = std::move(second);
  CHECK(first.view() == "short");
}
