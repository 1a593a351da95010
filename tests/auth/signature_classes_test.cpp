// The classes of bad signatures that Wycheproof collects for JWS, HMAC, RSA, ECDSA and EdDSA, each made here.
#include <doctest/doctest.h>
#include <openssl/bn.h>

#include <functional>

#include "protocol/base64url.hpp"
#include "tests/auth/outside_world.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

// A token whose signature is whatever is made of the text.
std::string forged(const std::string& header, const std::function<std::string(const std::string&)>& sign) {
  const std::string claims = text_of(good_claims());
  return token_of(header, claims, sign(signed_text(header, claims)));
}

std::string from_hex(const char* hex) {
  BIGNUM* number = nullptr;
  BN_hex2bn(&number, hex);
  std::string bytes(32, '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), 32);
  BN_free(number);
  return bytes;
}

const std::string kZero(32, '\0');
const std::string kP256Order = from_hex("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
const std::string kP256Field = from_hex("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");
// Of Ed25519, little-endian.
const std::string kEdOrder = [] {
  const std::string big = from_hex("1000000000000000000000000000000014DEF9DEA2F79CD65812631A5CF5D3ED");
  return std::string(big.rbegin(), big.rend());
}();

// The sum of two little-endian numbers of 32 bytes.
std::string sum(std::string a, const std::string& b) {
  int carry = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    carry += static_cast<unsigned char>(a[i]) + static_cast<unsigned char>(b[i]);
    a[i] = static_cast<char>(carry & 255);
    carry >>= 8;
  }
  return a;
}

std::string flipped(std::string bytes, std::size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  return bytes;
}

}  // namespace

TEST_CASE("Signatures: HS256, only the whole MAC of this text under this secret") {
  OutsideWorld world;
  world.trust_secret();
  const std::string header = header_of("HS256");
  const auto with = [&](auto sign) { return world.accepts(forged(header, sign)); };
  const auto right = [](const std::string& text) { return hs256(kSecret, text); };

  CHECK(with(right));
  for (std::size_t size = 0; size < 32; ++size) {
    CHECK_FALSE(with([&](const auto& text) { return right(text).substr(0, size); }));
    CHECK_FALSE(with([&](const auto& text) { return flipped(right(text), size); }));
  }
  CHECK_FALSE(with([&](const auto& text) { return right(text) + '\0'; }));
  CHECK_FALSE(with([&](const auto& text) { return right(text) + right(text); }));
  CHECK_FALSE(with([](const auto&) { return std::string(32, '\0'); }));
  CHECK_FALSE(with([](const auto& text) { return hs256("", text); }));
  CHECK_FALSE(with([](const auto& text) { return hs256(std::string(kSecret) + "\n", text); }));
  CHECK_FALSE(with([&](const auto& text) { return right(text + "."); }));
  CHECK_FALSE(with([&](const auto& text) { return to_base64url(right(text)); }));
}

TEST_CASE("Signatures: RS256 and PS256, each by its own padding and hash, whole and of this key") {
  OutsideWorld world;
  const Signer signer = Signer::rsa();
  const Signer other = Signer::rsa();
  const auto with = [&](const char* algorithm, auto sign) {
    return world.accepts(forged(header_of(algorithm), sign));
  };
  const auto pkcs1 = [&](const std::string& text) { return signer.rs256(text); };
  const auto pss = [&](const std::string& text) { return signer.ps256(text); };

  world.trust_key(JwsAlgorithm::rs256, signer);
  CHECK(with("RS256", pkcs1));
  CHECK_FALSE(with("RS256", pss));
  CHECK_FALSE(with("PS256", pss));
  CHECK_FALSE(with("RS256", [&](const auto& text) { return signer.rs256(text, "SHA1"); }));
  CHECK_FALSE(with("RS256", [&](const auto& text) { return signer.rs256(text, "SHA384"); }));
  CHECK_FALSE(with("RS512", [&](const auto& text) { return signer.rs256(text, "SHA512"); }));
  CHECK_FALSE(with("RS256", [&](const auto& text) { return other.rs256(text); }));
  CHECK_FALSE(with("RS256", [&](const auto& text) { return pkcs1(text) + '\0'; }));
  CHECK_FALSE(with("RS256", [&](const auto& text) { return '\0' + pkcs1(text); }));
  CHECK_FALSE(with("RS256", [&](const auto& text) { return pkcs1(text).substr(1); }));
  CHECK_FALSE(with("RS256", [&](const auto& text) { return pkcs1(text).substr(0, 255); }));
  for (const std::size_t at : {0u, 1u, 128u, 255u}) {
    CHECK_FALSE(with("RS256", [&](const auto& text) { return flipped(pkcs1(text), at); }));
  }
  for (const std::size_t size : {1u, 32u, 255u, 256u, 257u, 512u}) {
    CHECK_FALSE(with("RS256", [&](const auto&) { return std::string(size, '\0'); }));
    CHECK_FALSE(with("RS256", [&](const auto&) { return std::string(size, '\xff'); }));
    CHECK_FALSE(with("RS256", [&](const auto&) { return std::string(size - 1, '\0') + '\1'; }));
  }

  world.trust_key(JwsAlgorithm::ps256, signer);
  CHECK(with("PS256", pss));
  CHECK_FALSE(with("PS256", pkcs1));
  CHECK_FALSE(with("RS256", pkcs1));
  CHECK_FALSE(with("PS256", [&](const auto& text) { return flipped(pss(text), 200); }));
  CHECK_FALSE(with("PS256", [&](const auto& text) { return other.ps256(text); }));
  CHECK_FALSE(with("PS256", [&](const auto& text) { return signer.ps256(text, 0); }));
  CHECK_FALSE(with("PS256", [&](const auto& text) { return signer.ps256(text, 64); }));
}

TEST_CASE("Signatures: RS256, the padding and the name of the hash are exactly those of RFC 8017") {
  OutsideWorld world;
  const Signer signer = Signer::rsa(2048, 3);
  world.trust_key(JwsAlgorithm::rs256, signer);
  const std::string name("\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20", 19);
  const std::string sha512("\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x20",
                           19);
  const std::string long_form(
      "\x30\x81\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20", 20);
  struct Block {
    std::string start = std::string("\0\1", 2);
    char filler = '\xff';
    std::string info;
    std::string tail = {};
    std::size_t filled = 0;  // 0: as many as there is room for
  };
  const auto with = [&](const Block& block) {
    return world.accepts(forged(header_of("RS256"), [&](const auto& text) {
      const std::string end = '\0' + block.info + sha256(text);
      const std::size_t room = 256 - block.start.size() - end.size() - block.tail.size();
      const std::size_t filled = block.filled > 0 ? block.filled : room;
      std::string whole = block.start + std::string(filled, block.filler) + end + block.tail;
      whole.resize(256, '\0');
      return signer.raw_rsa(whole);
    }));
  };

  CHECK(with({.info = name}));
  CHECK_FALSE(with({.info = name, .tail = "x"}));
  CHECK_FALSE(with({.info = name, .tail = std::string(100, '\0')}));
  CHECK_FALSE(
      with({.info = name, .filled = 8}));  // the rest is anybody's: how signatures were forged with e = 3
  CHECK_FALSE(with({.info = name, .filled = 1}));
  CHECK_FALSE(with({.filler = '\xfe', .info = name}));
  CHECK_FALSE(with({.filler = '\0', .info = name}));
  CHECK_FALSE(with({.start = std::string("\0\2", 2), .info = name}));
  CHECK_FALSE(with({.start = std::string("\0\0", 2), .info = name}));
  CHECK_FALSE(with({.info = sha512}));
  CHECK_FALSE(with({.info = long_form}));
  CHECK_FALSE(with({.info = {}}));
  CHECK_FALSE(with({.info = name.substr(0, 18)}));
}

TEST_CASE("Signatures: ES256, two numbers of 32 bytes, each between 1 and the order of the curve") {
  OutsideWorld world;
  const Signer signer = Signer::ec();
  world.trust_key(JwsAlgorithm::es256, signer);
  const auto with = [&](auto sign) { return world.accepts(forged(header_of("ES256"), sign)); };
  const auto right = [&](const std::string& text) { return signer.es256(text); };

  CHECK(with(right));
  CHECK_FALSE(with([&](const auto& text) { return signer.es256(text, true); }));
  const std::string one = std::string(31, '\0') + '\1';
  for (const std::string& r : {kZero, one, kP256Order, kP256Field, std::string(32, '\xff')}) {
    for (const std::string& s : {kZero, one, kP256Order, kP256Field, std::string(32, '\xff')}) {
      CHECK_FALSE(with([&](const auto&) { return r + s; }));
    }
    CHECK_FALSE(with([&](const auto& text) { return r + right(text).substr(32); }));
    CHECK_FALSE(with([&](const auto& text) { return right(text).substr(0, 32) + r; }));
  }
  for (const std::size_t size : {0u, 1u, 31u, 32u, 33u, 63u}) {
    CHECK_FALSE(with([&](const auto& text) { return right(text).substr(0, size); }));
  }
  CHECK_FALSE(with([&](const auto& text) { return right(text) + '\0'; }));
  CHECK_FALSE(with([&](const auto& text) {  // padded to the length of ES384
    return std::string(16, '\0') + right(text).substr(0, 32) + std::string(16, '\0') + right(text).substr(32);
  }));
  CHECK_FALSE(with([&](const auto& text) { return right(text).substr(32) + right(text).substr(0, 32); }));
  CHECK_FALSE(with([&](const auto& text) { return flipped(right(text), 5); }));
  CHECK_FALSE(with([&](const auto& text) { return flipped(right(text), 63); }));
  CHECK_FALSE(with([&](const auto& text) { return Signer::ec().es256(text); }));
  CHECK_FALSE(with([&](const auto& text) { return Signer::ec("P-384").es256(text); }));
  CHECK_FALSE(with([&](const auto& text) { return Signer::ec("secp256k1").es256(text); }));
}

TEST_CASE("Signatures: ES256, numbers that begin with zeros are as good as any") {
  OutsideWorld world;
  const Signer signer = Signer::ec();
  world.trust_key(JwsAlgorithm::es256, signer);
  const std::string header = header_of("ES256");
  boost::json::object claims = good_claims();
  bool short_r = false;
  bool short_s = false;
  bool high = false;
  for (int i = 0; i < 5000 && !(short_r && short_s && high); ++i) {
    claims["jti"] = i;
    const std::string text = signed_text(header, text_of(claims));
    const std::string signature = signer.es256(text);
    const bool r = signature[0] == '\0';
    const bool s = signature[32] == '\0';
    if (!r && !s && high) continue;
    short_r = short_r || r;
    short_s = short_s || s;
    high = high || (signature[0] & 0x80) != 0;
    CHECK(world.accepts(token_of(header, text_of(claims), signature)));
  }
  CHECK(short_r);
  CHECK(short_s);
}

TEST_CASE("Signatures: EdDSA, 64 bytes, the second half below the order of the group") {
  OutsideWorld world;
  const Signer signer = Signer::ed25519();
  world.trust_key(JwsAlgorithm::eddsa, signer);
  const auto with = [&](auto sign) { return world.accepts(forged(header_of("EdDSA"), sign)); };
  const auto right = [&](const std::string& text) { return signer.eddsa(text); };

  CHECK(with(right));
  CHECK_FALSE(with([&](const auto& text) {  // the same point, another number
    return right(text).substr(0, 32) + sum(right(text).substr(32), kEdOrder);
  }));
  CHECK_FALSE(with([&](const auto& text) { return right(text).substr(0, 32) + kZero; }));
  CHECK_FALSE(with([&](const auto& text) { return right(text).substr(0, 32) + kEdOrder; }));
  CHECK_FALSE(with([&](const auto& text) { return right(text).substr(0, 32) + std::string(32, '\xff'); }));
  CHECK_FALSE(with([&](const auto& text) { return kZero + right(text).substr(32); }));
  CHECK_FALSE(with([&](const auto&) { return std::string(64, '\0'); }));
  CHECK_FALSE(with([&](const auto&) { return '\1' + std::string(63, '\0'); }));  // the neutral point
  for (const std::size_t size : {0u, 1u, 32u, 63u}) {
    CHECK_FALSE(with([&](const auto& text) { return right(text).substr(0, size); }));
  }
  CHECK_FALSE(with([&](const auto& text) { return right(text) + '\0'; }));
  for (std::size_t at = 0; at < 64; at += 7) {
    CHECK_FALSE(with([&](const auto& text) { return flipped(right(text), at); }));
  }
  CHECK_FALSE(with([&](const auto& text) { return Signer::ed25519().eddsa(text); }));
}

TEST_CASE("Signatures: a public key is never taken for a secret, whatever the token says [law 8]") {
  OutsideWorld world;
  const Signer rsa = Signer::rsa();
  const Signer ec = Signer::ec();
  const Signer ed = Signer::ed25519();
  for (const auto& [algorithm, signer] :
       {std::pair{JwsAlgorithm::rs256, &rsa}, std::pair{JwsAlgorithm::ps256, &rsa},
        std::pair{JwsAlgorithm::es256, &ec}, std::pair{JwsAlgorithm::eddsa, &ed}}) {
    world.trust_key(algorithm, *signer);
    const std::string pem = signer->public_pem();
    const std::string bare = pem.substr(0, pem.size() - 1);
    const std::string jwk = text_of(signer->public_jwk("x"));
    for (const std::string& key : {pem, bare, jwk, std::string()}) {
      CHECK_FALSE(
          world.accepts(forged(header_of("HS256"), [&](const auto& text) { return hs256(key, text); })));
      CHECK_FALSE(world.accepts(
          forged(header_of(to_text(algorithm)), [&](const auto& text) { return hs256(key, text); })));
    }
  }
}

TEST_CASE("Signatures: the algorithm is that of the key; the token's word for another is refused") {
  OutsideWorld world;
  world.trust_secret();
  for (const char* algorithm :
       {"none", "None", "NONE", "nOnE", "", "HS384", "HS512", "hs256", "RS256", "ES256", "EdDSA"}) {
    CAPTURE(algorithm);
    CHECK_FALSE(
        world.accepts(forged(header_of(algorithm), [](const auto& text) { return hs256(kSecret, text); })));
    CHECK_FALSE(world.accepts(forged(header_of(algorithm), [](const auto&) { return std::string(); })));
  }
  for (const char* header :
       {R"({"typ":"JWT"})", R"({"typ":"JWT","alg":1})", R"({"typ":"JWT","alg":["HS256"]})",
        R"({"typ":"JWT","alg":null})", R"({"typ":"JWT","alg":"HS256 "})"}) {
    CAPTURE(header);
    CHECK_FALSE(world.accepts(forged(header, [](const auto& text) { return hs256(kSecret, text); })));
  }
}
