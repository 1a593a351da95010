// Behind a proxy: whose address counts, on a connection that speaks for one client after the other.
#include <doctest/doctest.h>

#include "tests/support/raw_socket.hpp"
#include "tests/support/test_server.hpp"

using namespace coterie;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TestServerOptions behind_proxy() {
  TestServerOptions options;
  options.net.trusted_proxies = {"127.0.0.1"};
  options.net.connections_per_address = 2;
  return options;
}

// As a proxy would send it.
std::string request(const TestServer& server, std::string_view path, std::string_view headers) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: " + server.host() + "\r\n" + std::string(headers) +
         "\r\n";
}

std::string handshake(const TestServer& server, std::string_view headers) {
  std::string text = RawWebSocket::handshake(server.port());
  text.insert(text.size() - 2, headers);
  return text;
}

std::string echo_of(RawSocket& proxy, const std::string& bytes) {
  proxy.send(bytes);
  proxy.receive_until("\r\n\r\n");
  return proxy.receive_until("}");
}

}  // namespace

TEST_CASE("Proxy: one connection speaks for one client after the other, each is named") {
  TestServer server(behind_proxy());
  RawSocket proxy(server.port());
  for (const char* client : {"192.0.2.1", "198.51.100.7", "2001:db8::1"}) {
    const std::string header = "X-Forwarded-For: " + std::string(client) + "\r\nX-Forwarded-Proto: https\r\n";
    const std::string echo = echo_of(proxy, request(server, "/", header));
    CHECK(has(echo, "\"peer\":\"" + std::string(client) + "\""));
    CHECK(has(echo, R"("secure":true)"));
  }
  CHECK(has(echo_of(proxy, request(server, "/", "")), R"("peer":"127.0.0.1")"));
}

TEST_CASE("Proxy: from one that is not listed nothing is believed [law 8]") {
  TestServer server;
  RawSocket peer(server.port());
  const std::string echo = echo_of(
      peer, request(server, "/", "X-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.2;proto=https\r\n"));
  CHECK(has(echo, R"("peer":"127.0.0.1")"));
  CHECK_FALSE(has(echo, "secure"));
}

TEST_CASE("Proxy: the cap of an address is that of the client, not of the proxy [law 6]") {
  TestServer server(behind_proxy());
  std::vector<std::unique_ptr<RawSocket>> held;
  const auto open = [&](std::string_view client) {
    held.push_back(std::make_unique<RawSocket>(server.port()));
    held.back()->send(handshake(server, "X-Forwarded-For: " + std::string(client) + "\r\n"));
    return held.back()->receive_until("\r\n").substr(9, 3);
  };
  CHECK(open("192.0.2.1") == "101");
  CHECK(open("192.0.2.1") == "101");
  CHECK(open("192.0.2.1") == "429");
  CHECK(open("192.0.2.2") == "101");
  held.clear();
  server.await_connections(0);
  CHECK(open("192.0.2.1") == "101");
}

TEST_CASE("Proxy: between two requests a connection counts for nobody but the proxy [law 6]") {
  TestServer server(behind_proxy());
  std::vector<std::unique_ptr<RawSocket>> pool;
  for (int i = 0; i < 6; ++i) {
    pool.push_back(std::make_unique<RawSocket>(server.port()));
    const std::string echo = echo_of(*pool.back(), request(server, "/", "X-Forwarded-For: 192.0.2.1\r\n"));
    CHECK(has(echo, "192.0.2.1"));
  }
}

TEST_CASE("Proxy: a page of our own is one of the name that the proxy was reached by [law 8]") {
  TestServerOptions options = behind_proxy();
  const auto status = [](const TestServer& server, std::string_view headers) {
    RawSocket socket(server.port());
    socket.send(handshake(server, headers));
    return socket.receive_until("\r\n").substr(9, 3);
  };
  const std::string reached =
      "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: coterie.example\r\n";
  {
    TestServer server(options);
    CHECK(status(server, reached + "Origin: https://coterie.example\r\n") == "101");
    CHECK(status(server, reached + "Origin: http://coterie.example\r\n") == "403");
    CHECK(status(server, reached + "Origin: https://coterie.example.evil.example\r\n") == "403");
  }
  options.net.own_names_only = true;  // as under --dev: a page could say the same
  TestServer server(options);
  CHECK(status(server, reached + "Origin: https://coterie.example\r\n") == "403");
}
