#include "server/net/origin.hpp"

#include <doctest/doctest.h>

using namespace coterie;

namespace {

PageOrigin judge(const std::string& headers, const GateRules& rules, const Reached& reached = {}) {
  const auto head = parse_head("GET / HTTP/1.1\r\n" + headers + "\r\n");
  REQUIRE(head.has_value());
  return page_origin(*head, rules, reached);
}

}  // namespace

TEST_CASE("Origin: listed byte for byte, our own by the host that was asked for, any other strange [law 8]") {
  GateRules rules;
  rules.allowed_origins = {"https://app.example", "capacitor://localhost", "null"};
  const std::string host = "Host: 127.0.0.1:8787\r\n";

  CHECK(judge(host, rules) == PageOrigin::none);
  CHECK(judge(host + "Origin: https://app.example\r\n", rules) == PageOrigin::listed);
  CHECK(judge(host + "Origin: capacitor://localhost\r\n", rules) == PageOrigin::listed);
  CHECK(judge(host + "Origin: http://127.0.0.1:8787\r\n", rules) == PageOrigin::own);
  for (const char* origin :
       {"null", "*", "", "https://app.example.", "https://app.example:443", "https://app.example/",
        "https://APP.example", "http://app.example", "https://app.example.evil.example",
        "https://evil-app.example", "https://app.example https://app.example", "https://127.0.0.1:8787",
        "http://127.0.0.1:8788", "http://127.0.0.1"}) {
    CAPTURE(origin);
    CHECK(judge(host + "Origin: " + origin + "\r\n", rules) == PageOrigin::strange);
  }
  CHECK(judge(host + "Origin: https://app.example\r\nOrigin: https://app.example\r\n", rules) ==
        PageOrigin::strange);
}

TEST_CASE("Origin: a name that was made to point at this machine is strange, behind a proxy it is its own") {
  GateRules rules;
  const std::string rebound = "Host: evil.example:8787\r\nOrigin: http://evil.example:8787\r\n";
  const std::string proxied = "Host: 127.0.0.1:8787\r\nOrigin: https://desk.example\r\n";

  CHECK(judge(rebound, rules) == PageOrigin::strange);
  CHECK(judge(proxied, rules, {true, "desk.example"}) == PageOrigin::own);
  CHECK(judge(proxied, rules, {false, "desk.example"}) == PageOrigin::strange);
  rules.loopback = false;
  CHECK(judge(rebound, rules) == PageOrigin::own);
}

TEST_CASE("Origin: what no browser writes is no origin to list") {
  for (const char* good : {"https://app.example", "http://localhost:3000", "http://[::1]:8080",
                           "capacitor://localhost", "https://xn--bcher-kva.example:8443",
                           "chrome-extension://abcdefghijklmnop", "http://app.example:443"}) {
    CAPTURE(good);
    CHECK(is_origin(good));
  }
  for (const char* bad :
       {"", "*", "null", "app.example", "https://", "https://app.example/", "https://app.example/desk",
        "HTTPS://app.example", "https://App.example", "https://app.example:443", "http://app.example:80",
        "https://*.app.example", "https://user@app.example", "https://app.example,https://b.example",
        " https://app.example", "https://bücher.example", "://app.example", "9p://app.example"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_origin(bad));
  }
}
