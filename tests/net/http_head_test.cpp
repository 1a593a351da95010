#include "server/net/http_head.hpp"

#include <doctest/doctest.h>

#include "server/net/gate.hpp"

using namespace coterie;

TEST_CASE("HttpHead: a head is found where it ends, however it arrives") {
  const std::string head = "GET /a?b HTTP/1.1\r\nHost: h\r\nX:  y \r\n\r\n";
  const std::string bytes = head + "GET /next";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    HeadScan scan;
    std::size_t found = 0;
    for (std::size_t have = step; found == 0; have += step) {
      const auto size = scan.scan(std::string_view(bytes).substr(0, have), NetLimits{});
      REQUIRE(size.has_value());
      found = *size;
    }
    CHECK(found == head.size());
  }
  const auto parsed = parse_head(head);
  REQUIRE(parsed.has_value());
  CHECK(parsed->method == "GET");
  CHECK(parsed->path() == "/a");
  CHECK(parsed->query() == "b");
  REQUIRE(parsed->headers.size() == 2);
  CHECK(*parsed->find("x") == "y");
  CHECK(parsed->count("HOST") == 1);
}

TEST_CASE("HttpHead: what is no HTTP is refused at its first byte or its first line") {
  for (const std::string bytes : {"\x16\x03\x01", "{", "SSH-2.0-x\r\n", "\r\n", " GET / HTTP/1.1\r\n"}) {
    CAPTURE(bytes);
    HeadScan scan;
    CHECK(scan.scan(bytes, NetLimits{}).has_error());
  }
}

TEST_CASE("HttpHead: lists of words are read as such") {
  const auto head = parse_head("GET / HTTP/1.1\r\nConnection: keep-alive , Upgrade\r\nConnection: x\r\n\r\n");
  REQUIRE(head.has_value());
  CHECK(head->lists("connection", "upgrade"));
  CHECK(head->lists("connection", "x"));
  CHECK_FALSE(head->lists("connection", "keep"));
  CHECK_FALSE(head->lists("upgrade", "websocket"));
}

TEST_CASE("HttpHead: a token is seen in a query however it is escaped, and only as a name") {
  for (const std::string_view query :
       {"token=x", "a=1&token", "access%5ftoken=1", "%61ccess_token=", "&&token=1"}) {
    CAPTURE(query);
    CHECK(has_token(query));
  }
  for (const std::string_view query :
       {"", "a=token", "tokens=x", "filter=%7B%22token%22%3A1%7D", "token%", "%74oke"}) {
    CAPTURE(query);
    CHECK_FALSE(has_token(query));
  }
}

TEST_CASE("Gate: behind an address that others can reach, our own origin is the host that was asked for") {
  GateRules rules;
  rules.loopback = false;
  const auto decide = [&rules](const std::string& host, const std::string& origin) {
    const auto head =
        parse_head("GET /ws HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin +
                   "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                   "Sec-WebSocket-Protocol: coterie.v1\r\n\r\n");
    REQUIRE(head.has_value());
    return pass_gate(*head, rules).index();
  };
  constexpr std::size_t kUpgrade = 1;
  constexpr std::size_t kRefused = 2;
  CHECK(decide("desk.example:8787", "http://desk.example:8787") == kUpgrade);
  CHECK(decide("[2001:db8::1]:8787", "http://[2001:db8::1]:8787") == kUpgrade);
  CHECK(decide("desk.example:8787", "http://desk.example") == kRefused);
  rules.allowed_origins = {"null"};
  CHECK(decide("desk.example:8787", "null") == kRefused);  // not even by configuration
}

TEST_CASE("Gate: where anyone may sign in as anyone, only the machine's own names are answered [law 8]") {
  GateRules rules;
  rules.own_names_only = true;
  const auto status_for = [&rules](const std::string& host) {
    const auto head = parse_head("GET /api/v1/entities/Booking HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    REQUIRE(head.has_value());
    Reached reached;
    reached.host = "localhost";  // as somebody says who means ill
    const GateDecision decision = pass_gate(*head, rules, reached);
    const HttpRefusal* const refusal = std::get_if<HttpRefusal>(&decision);
    return refusal == nullptr ? 200 : refusal->status;
  };
  for (const char* own : {"localhost:8787", "LOCALHOST", "127.0.0.1:8787", "127.9.9.9", "[::1]:8787"}) {
    CAPTURE(own);
    CHECK(status_for(own) == 200);
  }
  for (const char* other :
       {"evil.example:8787", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.0.9"}) {
    CAPTURE(other);
    CHECK(status_for(other) == 421);
  }
  rules.own_names_only = false;
  CHECK(status_for("desk.example") == 200);
}
