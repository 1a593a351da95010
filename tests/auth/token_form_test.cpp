#include "server/auth/token_form.hpp"

#include <doctest/doctest.h>

#include "protocol/base64url.hpp"
#include "tests/auth/outside_world.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

const std::string kHeader = header_of("HS256");
const std::string kClaims = R"({"iss":"a"})";

bool reads(std::string_view token) { return read_token(token).has_value(); }
bool reads_header(std::string_view more) { return reads(token_of(header_of("HS256", more), kClaims, "mac")); }
bool reads_claims(std::string_view claims) { return reads(token_of(kHeader, claims, "mac")); }

}  // namespace

TEST_CASE("Token form: three parts, of which two are objects") {
  const std::string token = token_of(kHeader, kClaims, "mac");

  const TokenForm form = read_token(token).value();

  CHECK(string_member(form.header, "alg") == "HS256");
  CHECK(string_member(form.claims, "iss") == "a");
  CHECK(form.signature == "mac");
  CHECK(form.signed_text == signed_text(kHeader, kClaims));
  CHECK(form.text == token);
}

TEST_CASE("Token form: missing, empty and additional parts are refused") {
  const std::string header = to_base64url(kHeader);
  const std::string claims = to_base64url(kClaims);
  for (const std::string& token :
       {std::string(), std::string("."), std::string(".."), std::string("..."), header, header + "." + claims,
        header + "." + claims + ".", header + "..bWFj", "." + claims + ".bWFj",
        header + "." + claims + ".bWFj.", header + "." + claims + ".bWFj.bWFj",
        header + "." + claims + ".bWFj.bWFj.bWFj", "." + header + "." + claims + ".bWFj"}) {
    CAPTURE(token);
    CHECK_FALSE(reads(token));
  }
}

TEST_CASE(
    "Token form: loose base64 is refused: padding, white space, + and /, left-over bits, other characters") {
  const std::string good = token_of(kHeader, kClaims, "mac!");  // its signature ends with two free bits
  REQUIRE(reads(good));
  const auto put = [&](std::size_t at, std::string_view text) { return std::string(good).insert(at, text); };
  const std::size_t dot = good.find('.');

  for (const std::string_view odd :
       {"=", "==", " ", "\n", "\r\n", "\t", "\v", "\f", "+", "/", "%", "\xc3\xa9"}) {
    CAPTURE(odd);
    CHECK_FALSE(reads(put(0, odd)));
    CHECK_FALSE(reads(put(dot, odd)));
    CHECK_FALSE(reads(put(dot + 1, odd)));
    CHECK_FALSE(reads(put(good.size(), odd)));
  }
  CHECK_FALSE(reads(put(good.size(), std::string_view("\0", 1))));
  std::string loose = good;
  loose.back() = static_cast<char>(loose.back() + 1);
  CHECK_FALSE(reads(loose));
}

TEST_CASE("Token form: a member twice, in the header or in the claims, is refused") {
  CHECK_FALSE(reads_header(R"(,"alg":"none")"));
  CHECK_FALSE(reads_header(R"(,"al\u0067":"none")"));
  CHECK_FALSE(reads_claims(R"({"sub":"ann","sub":"admin"})"));
  CHECK_FALSE(reads_claims(R"({"a":{"b":1,"b":2}})"));
}

TEST_CASE("Token form: what is no JSON object is refused") {
  for (const char* text :
       {"", " ", "1", "null", "[]", "\"a\"", "{", "{}x", "{'a':1}", R"({"a":NaN})", R"({"a":1e400})",
        R"({"a":9007199254740993})", "{\"a\":\"\xff\"}", R"({"a":"\u0000"})", "\xef\xbb\xbf{}"}) {
    CAPTURE(text);
    CHECK_FALSE(reads_claims(text));
    CHECK_FALSE(reads(token_of(text, kClaims, "mac")));
  }
  CHECK(reads_claims("{}"));
  CHECK_FALSE(reads_claims("{\"a\":" + std::string(50, '[') + std::string(50, ']') + "}"));
}

TEST_CASE("Token form: a header that brings a key, or asks for more than a signature, is refused") {
  for (const char* more :
       {R"(,"jwk":{"kty":"oct","k":"AAAA"})", R"(,"jku":"https://evil.example/keys")",
        R"(,"x5u":"https://evil.example/cert")", R"(,"x5c":["MIIB"])", R"(,"crit":["exp"])", R"(,"crit":[])",
        R"(,"b64":false)", R"(,"zip":"DEF")", R"(,"enc":"A128GCM")", R"(,"jwk":null)"}) {
    CAPTURE(more);
    CHECK_FALSE(reads_header(more));
  }
  CHECK(reads_header(R"(,"kid":"a","x5t":"AAAA","nonsense":1)"));  // these say nothing
}

TEST_CASE("Token form: 8 KiB at most [law 6]") {
  const std::string shell = token_of(kHeader, R"({"pad":""})", "mac");
  const auto padded = [&](std::size_t size) {
    std::string pad;
    std::string token = shell;
    while (token.size() < size) token = token_of(kHeader, "{\"pad\":\"" + (pad += 'x') + "\"}", "mac");
    return token;
  };
  const std::string longest = padded(kMostTokenBytes);
  REQUIRE(longest.size() == kMostTokenBytes);

  CHECK(reads(longest));
  CHECK_FALSE(reads(longest + "A"));
  CHECK_FALSE(reads(padded(kMostTokenBytes + 1)));
  CHECK_FALSE(reads(std::string(1024 * 1024, '.')));
}

TEST_CASE("Token form: no refusal repeats any of the token") {
  for (const std::string& token :
       {std::string("SECRET.SECRET"), std::string("SECRET!.SECRET.SECRET"),
        token_of("SECRET", kClaims, "SECRET"), token_of(kHeader, "SECRET", "SECRET")}) {
    const Result<TokenForm> form = read_token(token);
    REQUIRE_FALSE(form.has_value());
    CHECK(form.error().code == ErrorCode::unauthorized);
    CHECK(form.error().message.find("SECRET") == std::string::npos);
    CHECK(form.error().message.find(to_base64url("SECRET")) == std::string::npos);
  }
}
