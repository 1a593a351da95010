// Whom a proxy speaks for: chains, odd spellings, and those who only say that they are proxies.
#include "server/net/forwarded.hpp"

#include <doctest/doctest.h>

using namespace coterie;

namespace {

TrustedProxies proxies(const std::vector<std::string>& texts) {
  auto parsed = TrustedProxies::parse(texts);
  REQUIRE(parsed.has_value());
  return *parsed;
}

const std::vector<std::string> kListed{"127.0.0.1", "10.0.0.0/8", "fd00::/8"};

Caller caller(std::vector<HttpHeader> headers, const std::string& peer = "127.0.0.1", bool secure = false) {
  HttpHead head;
  head.headers = std::move(headers);
  return caller_of(head, peer, secure, proxies(kListed));
}

std::string address(const std::string& chain) { return caller({{"X-Forwarded-For", chain}}).address; }
std::string forwarded(const std::string& chain) { return caller({{"Forwarded", chain}}).address; }

}  // namespace

TEST_CASE("TrustedProxies: addresses and networks, IPv4 and IPv6, to the bit") {
  const TrustedProxies some =
      proxies({"10.0.0.0/8", "192.0.2.128/25", "::1", "2001:db8::/33", "203.0.113.7"});
  for (const char* inside : {"10.0.0.1", "10.255.255.255", "192.0.2.128", "192.0.2.255", "::1",
                             "2001:db8:7fff::1", "203.0.113.7", "::ffff:10.1.2.3"}) {
    CAPTURE(inside);
    CHECK(some.includes(inside));
  }
  for (const char* outside : {"11.0.0.1", "9.255.255.255", "192.0.2.127", "::2", "2001:db8:8000::1",
                              "203.0.113.8", "127.0.0.1", "", "10.0.0", "unix:", "10.0.0.1 "}) {
    CAPTURE(outside);
    CHECK_FALSE(some.includes(outside));
  }
  CHECK(proxies({"0.0.0.0/0"}).includes("198.51.100.1"));
  CHECK_FALSE(proxies({"0.0.0.0/0"}).includes("::1"));
  CHECK_FALSE(proxies({}).includes("127.0.0.1"));
}

TEST_CASE("TrustedProxies: what is no address or network is refused, and named") {
  for (const char* text : {"", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129",
                           "10.0.0.0/8x", "10.0.0.256", "/8", "*", "10.0.0.0/8,127.0.0.1", "fe80::1%eth0"}) {
    CAPTURE(text);
    const auto parsed = TrustedProxies::parse({"127.0.0.1", text});
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().message.ends_with(text));
  }
}

TEST_CASE("Forwarded: the client is the last address that a listed proxy vouches for [law 8]") {
  CHECK(address("192.0.2.1") == "192.0.2.1");
  CHECK(address("192.0.2.1, 10.0.0.1") == "192.0.2.1");
  CHECK(address("192.0.2.1, 10.0.0.1, 10.9.9.9") == "192.0.2.1");
  // What a client puts in front of its own address is its own affair.
  CHECK(address("127.0.0.1, 192.0.2.1") == "192.0.2.1");
  CHECK(address("198.51.100.1, 192.0.2.1, 10.0.0.1") == "192.0.2.1");
  CHECK(address("10.0.0.1, 192.0.2.1, 10.0.0.2") == "192.0.2.1");
  // Nothing but proxies: the furthest of them asks for itself.
  CHECK(address("10.0.0.1, 10.0.0.2") == "10.0.0.1");
}

TEST_CASE("Forwarded: several lines are one list, in their order") {
  const Caller found =
      caller({{"X-Forwarded-For", "198.51.100.1"}, {"x-forwarded-for", "192.0.2.1, 10.0.0.1"}});
  CHECK(found.address == "192.0.2.1");
}

TEST_CASE("Forwarded: addresses with and without ports, in every spelling") {
  CHECK(address("192.0.2.1:4711") == "192.0.2.1");
  CHECK(address("2001:db8::1") == "2001:db8::1");
  CHECK(address("[2001:db8::1]") == "2001:db8::1");
  CHECK(address("[2001:DB8:0:0::1]:443") == "2001:db8::1");
  CHECK(address("::ffff:192.0.2.1") == "192.0.2.1");
  CHECK(address("[::ffff:192.0.2.1]:80") == "192.0.2.1");
  CHECK(address("\t192.0.2.1  ,\t10.0.0.1 ") == "192.0.2.1");
}

TEST_CASE("Forwarded: behind what is no address nothing is believed, and it is said so [law 8]") {
  for (const char* garbage : {"unknown", "_hidden", "localhost", "192.0.2.1x", "192.0.2",
                              "192.0.2.1:", "192.0.2.1:x", "[192.0.2.1]", "[2001:db8::1", "2001:db8::1]:80",
                              "fe80::1%eth0", "<script>", "192.0.2.1;", "\"192.0.2.1\""}) {
    CAPTURE(garbage);
    const Caller found = caller({{"X-Forwarded-For", "198.51.100.1, " + std::string(garbage)}});
    CHECK(found.address == "127.0.0.1");
    CHECK(found.vague);
    CHECK(address(std::string(garbage) + ", 192.0.2.1") == "192.0.2.1");
    CHECK(caller({{"X-Forwarded-For", std::string(garbage) + ", 10.0.0.1"}}).address == "10.0.0.1");
  }
  CHECK(caller({{"X-Forwarded-For", ""}}).vague);
  CHECK(caller({{"X-Forwarded-For", "192.0.2.1,"}}).vague);
}

TEST_CASE("Forwarded: the header of RFC 7239, with its quotes, ports and hidden names") {
  CHECK(forwarded("for=192.0.2.60;proto=http;by=203.0.113.43") == "192.0.2.60");
  CHECK(forwarded(R"(For="[2001:db8:cafe::17]:4711")") == "2001:db8:cafe::17");
  CHECK(forwarded(R"(for=192.0.2.43, for="10.0.0.9:80")") == "192.0.2.43");
  CHECK(forwarded(R"(for="198.51.100.1, for=198.51.100.2", for=192.0.2.1)") == "192.0.2.1");
  CHECK(forwarded("for=_secret, for=192.0.2.1") == "192.0.2.1");
  CHECK(caller({{"Forwarded", "for=unknown"}}).vague);
  CHECK(caller({{"Forwarded", "proto=https"}}).vague);
  const Caller told = caller({{"Forwarded", R"(for=192.0.2.1;proto=https;host="coterie.example:8443")"}});
  CHECK(told.secure);
  CHECK(told.host == "coterie.example:8443");
}

TEST_CASE("Forwarded: where both headers stand there, X-Forwarded-For counts") {
  const Caller found = caller(
      {{"Forwarded", "for=198.51.100.9;proto=https;host=evil.example"}, {"X-Forwarded-For", "192.0.2.1"}});
  CHECK(found.address == "192.0.2.1");
  CHECK_FALSE(found.secure);
  CHECK(found.host.empty());
}

TEST_CASE("Forwarded: scheme and host are those that the nearest proxy names, and a good host only") {
  const Caller found = caller({{"X-Forwarded-For", "192.0.2.1"},
                               {"X-Forwarded-Proto", "http, https"},
                               {"X-Forwarded-Host", "evil.example, coterie.example"}});
  CHECK(found.secure);
  CHECK(found.host == "coterie.example");
  CHECK_FALSE(
      caller({{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Proto", "http"}}, "127.0.0.1", true).secure);
  CHECK(
      caller({{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Proto", "gopher"}}, "127.0.0.1", true).secure);
  CHECK(caller({{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Host", "a b"}}).host.empty());
}

TEST_CASE(
    "Forwarded: from a peer that is not listed, or only looks like one that is, all is ignored [law 8]") {
  const std::vector<HttpHeader> told{{"X-Forwarded-For", "192.0.2.1"},
                                     {"X-Forwarded-Proto", "https"},
                                     {"X-Forwarded-Host", "coterie.example"}};
  for (const char* peer : {"127.0.0.2", "11.0.0.1", "::1", "fe00::1", "198.51.100.1"}) {
    CAPTURE(peer);
    const Caller found = caller(told, peer);
    CHECK(found.address == peer);
    CHECK_FALSE(found.secure);
    CHECK(found.host.empty());
    CHECK_FALSE(found.forwarded);
  }
  CHECK(caller(told, "10.3.2.1").address == "192.0.2.1");
  CHECK(caller(told, "fd12::1").address == "192.0.2.1");
}

TEST_CASE("Forwarded: what has been heeded is taken out of the headers") {
  std::vector<HttpHeader> headers{{"Host", "h"},
                                  {"x-forwarded-for", "1"},
                                  {"FORWARDED", "2"},
                                  {"X-Real-IP", "3"},
                                  {"X-Forwarded-Hosts", "4"}};
  drop_forwarding_headers(headers);
  REQUIRE(headers.size() == 2);
  CHECK(headers[0].name == "Host");
  CHECK(headers[1].name == "X-Forwarded-Hosts");
}
