// The handshake: what is wrong with it, and what it is told. One wrong thing at a time, and nothing else.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <memory>
#include <vector>

#include "tests/support/raw_socket.hpp"
#include "tests/support/test_server.hpp"

using namespace coterie;
using namespace std::chrono_literals;

namespace {

// A good handshake, with single lines replaced, added or left out.
struct Handshake {
  explicit Handshake(const TestServer& server) : host("Host: " + server.host()) {}
  std::string request = "GET /ws HTTP/1.1";
  std::string host;
  std::string upgrade = "Upgrade: websocket";
  std::string connection = "Connection: Upgrade";
  std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  std::string version = "Sec-WebSocket-Version: 13";
  std::string protocol = "Sec-WebSocket-Protocol: coterie.v1";
  std::vector<std::string> more;

  std::string bytes() const {
    std::string text = request + "\r\n";
    for (const std::string* line : {&host, &upgrade, &connection, &key, &version, &protocol}) {
      if (!line->empty()) text += *line + "\r\n";
    }
    for (const std::string& line : more) text += line + "\r\n";
    return text + "\r\n";
  }
};

std::string answer_to(const TestServer& server, const std::string& bytes) {
  RawSocket socket(server.port());
  socket.send(bytes);
  return socket.receive_until("\r\n\r\n");
}

int status_of(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

int status_of(const TestServer& server, const Handshake& handshake) {
  return status_of(answer_to(server, handshake.bytes()));
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("Handshake: a good one is accepted, with the key's answer and the subprotocol") {
  TestServer server;

  const std::string answer = answer_to(server, Handshake(server).bytes());

  CHECK(status_of(answer) == 101);
  CHECK(has(answer, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));  // RFC 6455 section 1.3
  CHECK(has(answer, "Sec-WebSocket-Protocol: coterie.v1\r\n"));
}

TEST_CASE("Handshake: header names and words count in any case, lists are read as lists") {
  TestServer server;
  Handshake handshake(server);
  handshake.upgrade = "UPGRADE: WebSocket";
  handshake.connection = "connection: keep-alive, upgrade";
  handshake.protocol = "sec-websocket-protocol: other, coterie.v1";
  CHECK(status_of(server, handshake) == 101);
}

TEST_CASE("Handshake: no key, one that is not 16 bytes of base64, or two: 400") {
  TestServer server;
  for (const std::string key :
       {"", "Sec-WebSocket-Key: ", "Sec-WebSocket-Key: AAAA",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=", "Sec-WebSocket-Key: !!!!IHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQAA"}) {
    CAPTURE(key);
    Handshake handshake(server);
    handshake.key = key;
    CHECK(status_of(server, handshake) == 400);
  }
  Handshake two(server);
  two.more = {"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="};
  CHECK(status_of(server, two) == 400);
}

TEST_CASE("Handshake: a version other than 13 is answered 426 and told which one") {
  TestServer server;
  for (const std::string version : {"Sec-WebSocket-Version: 8", "Sec-WebSocket-Version: 14", ""}) {
    CAPTURE(version);
    Handshake handshake(server);
    handshake.version = version;
    const std::string answer = answer_to(server, handshake.bytes());
    CHECK(status_of(answer) == 426);
    CHECK(has(answer, "Sec-WebSocket-Version: 13\r\n"));
  }
}

TEST_CASE("Handshake: POST and HEAD are answered 405, HTTP/1.0 400") {
  TestServer server;
  for (const std::string method : {"POST", "HEAD", "PUT"}) {
    CAPTURE(method);
    Handshake handshake(server);
    handshake.request = method + " /ws HTTP/1.1";
    CHECK(status_of(server, handshake) == 405);
  }
  Handshake old(server);
  old.request = "GET /ws HTTP/1.0";
  CHECK(status_of(server, old) == 400);
}

TEST_CASE("Handshake: not exactly one good Host is answered 400") {
  TestServer server;
  for (const std::string host : {"", "Host:", "Host: a b", "Host: user@host", "Host: host/path",
                                 "Host: host:port", "Host: [::1", "Host: host:123456"}) {
    CAPTURE(host);
    Handshake handshake(server);
    handshake.host = host;
    CHECK(status_of(server, handshake) == 400);
  }
  Handshake two(server);
  two.more = {"Host: " + server.host()};
  CHECK(status_of(server, two) == 400);
}

TEST_CASE("Handshake: an origin that is not on the list is answered 403, before anything else [law 8]") {
  TestServerOptions options;
  options.net.allowed_origins = {"https://app.example", "capacitor://localhost"};
  TestServer server(options);
  const std::string own = "http://" + server.host();
  for (const std::string& origin :
       {std::string("https://evil.example"), std::string("null"),
        std::string("https://app.example.evil.example"), std::string("https://app.exampl"),
        std::string("https://xapp.example"), std::string("http://app.example"),
        std::string("https://app.example:443"), std::string("https://app.example/"),
        std::string("https://APP.example"), own + ".evil.example", own + "0", std::string("http://127.0.0.1"),
        std::string("https://") + server.host(), std::string()}) {
    CAPTURE(origin);
    Handshake handshake(server);
    handshake.more = {"Origin: " + origin};
    handshake.key = "";      // wrong as well,
    handshake.version = "";  // and told nothing of it
    handshake.request = "GET /ws?token=t HTTP/1.1";
    CHECK(status_of(server, handshake) == 403);
  }
  Handshake two(server);
  two.more = {"Origin: https://app.example", "Origin: https://app.example"};
  CHECK(status_of(server, two) == 403);
}

TEST_CASE("Handshake: a listed origin, the server's own, and none at all are accepted") {
  TestServerOptions options;
  options.net.allowed_origins = {"https://app.example", "capacitor://localhost"};
  TestServer server(options);
  for (const std::string& origin : {std::string("https://app.example"), std::string("capacitor://localhost"),
                                    "http://" + server.host()}) {
    CAPTURE(origin);
    Handshake handshake(server);
    handshake.more = {"Origin: " + origin};
    CHECK(status_of(server, handshake) == 101);
  }
  Handshake by_name(server);
  by_name.host = "Host: localhost:" + std::to_string(server.port());
  by_name.more = {"Origin: http://localhost:" + std::to_string(server.port())};
  CHECK(status_of(server, by_name) == 101);
}

TEST_CASE("Handshake: a page whose name was made to point at this machine is not our own origin [law 8]") {
  TestServer server;
  Handshake rebound(server);
  rebound.host = "Host: evil.example:" + std::to_string(server.port());
  rebound.more = {"Origin: http://evil.example:" + std::to_string(server.port())};
  CHECK(status_of(server, rebound) == 403);
}

TEST_CASE("Handshake: without the subprotocol, or with another, 400") {
  TestServer server;
  for (const std::string protocol :
       {"", "Sec-WebSocket-Protocol: coterie.v2", "Sec-WebSocket-Protocol: coterie.v1x"}) {
    CAPTURE(protocol);
    Handshake handshake(server);
    handshake.protocol = protocol;
    CHECK(status_of(server, handshake) == 400);
  }
}

TEST_CASE("Handshake: a token in the query is answered 400 token_in_url, however it is written") {
  TestServer server;
  for (const std::string query : {"token=x", "access_token=x", "a=b&token=x", "%74oken=x", "token"}) {
    CAPTURE(query);
    RawSocket socket(server.port());
    Handshake handshake(server);
    handshake.request = "GET /ws?" + query + " HTTP/1.1";
    socket.send(handshake.bytes());
    const std::string answer = socket.receive_all();
    CHECK(status_of(answer) == 400);
    CHECK(has(answer, R"("code":"token_in_url")"));
  }
}

TEST_CASE("Handshake: headers over 16 KiB or over 100 are answered 431 [law 6]") {
  TestServer server;
  Handshake large(server);
  large.more = {"X-Large: " + std::string(17 * 1024, 'x')};
  CHECK(status_of(server, large) == 431);

  Handshake many(server);
  for (int i = 0; i < 100; ++i) many.more.push_back("X-Header-" + std::to_string(i) + ": x");
  CHECK(status_of(server, many) == 431);

  Handshake enough(server);
  for (int i = 0; i < 94; ++i) enough.more.push_back("X-Header-" + std::to_string(i) + ": x");
  CHECK(status_of(server, enough) == 101);
}

TEST_CASE("Handshake: an upgrade on another path is no upgrade") {
  TestServer server;
  Handshake handshake(server);
  handshake.request = "GET /other HTTP/1.1";
  CHECK(status_of(server, handshake) == 200);  // of the echo: it went the way of any GET
}

TEST_CASE("Handshake: GET on the socket's path without an upgrade is told what to speak") {
  TestServer server;
  Handshake plain(server);
  plain.upgrade = "";
  plain.connection = "";
  const std::string answer = answer_to(server, plain.bytes());
  CHECK(status_of(answer) == 426);
  CHECK(has(answer, "Upgrade: websocket\r\n"));
}

TEST_CASE("Handshake: a TLS hello, an SSH banner and an HTTP/2 preface are answered 400, at once") {
  TestServer server;
  const std::string tls("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  for (const std::string& bytes : {tls, std::string("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
                                   std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")}) {
    CAPTURE(bytes);
    RawSocket socket(server.port());
    socket.send(bytes);
    CHECK(status_of(socket.receive_all()) == 400);
    CHECK(socket.ended);
  }
}

TEST_CASE("Handshake: byte by byte it works too") {
  TestServer server;
  RawSocket socket(server.port());
  socket.send_one_by_one(Handshake(server).bytes());
  CHECK(status_of(socket.receive_until("\r\n\r\n")) == 101);
}

TEST_CASE("Handshake: silent after connect, or slower than 10 s: 408, and closed [law 6]") {
  TestServerOptions options;
  options.net.sweep = 5ms;
  TestServer server(options);
  RawSocket silent(server.port());
  RawSocket slow(server.port());
  slow.send("GET /ws HTTP/1.1\r\nHo");
  server.await_connections(2);

  server.advance(9s);
  slow.send("st: ");
  std::this_thread::sleep_for(30ms);
  server.advance(1500ms);

  CHECK(status_of(silent.receive_all()) == 408);
  CHECK(status_of(slow.receive_all()) == 408);
  CHECK(silent.ended);
  CHECK(slow.ended);
}

TEST_CASE("Handshake: hundreds of idle connections, and a new one is served [law 7]") {
  TestServer server;
  std::vector<std::unique_ptr<RawSocket>> idle;
  for (int i = 0; i < 400; ++i) idle.push_back(std::make_unique<RawSocket>(server.port()));
  RawWebSocket client(server.port());
  CHECK(has(client.hello(), "welcome"));
}

TEST_CASE("Handshake: when descriptors run out accepting pauses, and goes on when there are some [law 6]") {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const int first_free = ::dup(0);
  ::close(first_free);
  TestServerOptions options;
  options.net.accept_pause = 5ms;
  // Room for the server's own files and a handful of connections, each of which is two descriptors here.
  options.net.descriptors_reserve = limit.rlim_cur - static_cast<rlim_t>(first_free + 40);
  TestServer server(options);
  std::vector<std::unique_ptr<RawSocket>> held;
  // One after the other, so that the clients' descriptors do not leave the server none.
  for (int i = 0; i < 40; ++i) {
    held.push_back(std::make_unique<RawSocket>(server.port()));
    for (int wait = 0; wait < 10 && server.connections() != held.size(); ++wait) {
      std::this_thread::sleep_for(1ms);
    }
  }

  const std::size_t taken = server.connections();
  held.clear();
  server.await_connections(0);
  RawWebSocket client(server.port());

  CHECK(taken > 0);
  CHECK(taken < 20);
  CHECK(has(client.hello(), "welcome"));
}

TEST_CASE("Handshake: past the cap 503, past the cap of an address 429 [law 6]") {
  TestServerOptions options;
  options.net.connections = 2;
  TestServer full(options);
  RawSocket first(full.port());
  RawSocket second(full.port());
  RawSocket third(full.port());
  CHECK(status_of(third.receive_all()) == 503);
  first.close();
  second.close();
  third.close();
  full.await_connections(0);
  CHECK(status_of(full, Handshake(full)) == 101);

  options.net.connections = 50;
  options.net.connections_per_address = 2;
  TestServer crowded(options);
  RawSocket fourth(crowded.port());
  RawSocket fifth(crowded.port());
  RawSocket sixth(crowded.port());
  CHECK(status_of(sixth.receive_all()) == 429);
}
