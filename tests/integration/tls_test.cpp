// The same server under TLS: what works plain works there, and what is no TLS is told or dropped.
#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include "server/net/tls_context.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/tls_transport.hpp"

using namespace coterie;
using namespace coterie::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kPing = R"({"id":7,"type":"ping"})";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// A server with a certificate of its own.
struct Encrypted {
  explicit Encrypted(TestServerOptions options = {}) : files(make_certificate(folder.path(), "one")) {
    REQUIRE(tls.load({files.certificate, files.key}).has_value());
    options.tls = &tls;
    options.net.sweep = 5ms;
    server.emplace(options);
  }
  std::uint16_t port() const { return server->port(); }
  MakeTransport client() const { return tls_transport({.authority = files.certificate}); }

  coterie::testing::TemporaryDirectory folder;
  CertificateFiles files;
  TlsContext tls;
  std::optional<TestServer> server;
};

std::string get(const Encrypted& encrypted, std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: " + encrypted.server->host() + "\r\n\r\n";
}

std::string create(int id, const std::string& entity, std::size_t bytes = 1) {
  return R"({"id":)" + std::to_string(id) + R"(,"type":"mutate","mutationId":"m-)" + entity +
         R"(","ops":[{"op":"create","entityType":"Note","entityId":")" + entity + R"(","data":{"text":")" +
         std::string(bytes, 'x') + R"("}}]})";
}

}  // namespace

TEST_CASE("TLS: an edit over one encrypted WebSocket reaches another") {
  Encrypted encrypted;
  RawWebSocket ann(encrypted.port(), {}, 0, encrypted.client());
  RawWebSocket bob(encrypted.port(), {}, 0, encrypted.client());
  CHECK(has(ann.hello("ann"), "welcome"));
  CHECK(has(bob.hello("bob"), "welcome"));
  bob.text(R"({"id":2,"type":"subscribe","subscription":1,"entityType":"Note"})");
  CHECK(has(bob.message(), "subscribed"));

  ann.text(create(2, "n1"));

  CHECK(has(ann.message(), "committed"));
  CHECK(has(bob.message(), R"("operation":"CREATE")"));
}

TEST_CASE(
    "TLS: HTTP is answered, connection after connection and request after request, with HSTS for a name") {
  Encrypted encrypted;
  RawSocket socket(encrypted.port(), 0, encrypted.client());
  const std::string named =
      "GET /a HTTP/1.1\r\nHost: coterie.example\r\n\r\nGET /b HTTP/1.1\r\nHost: coterie.example\r\n\r\n";
  socket.send(named);
  const std::string head = socket.receive_until("\r\n\r\n");
  CHECK(has(head, "HTTP/1.1 200"));
  CHECK(has(head, "Strict-Transport-Security: max-age=31536000\r\n"));
  const std::string both =
      socket.receive_until(R"("secure":true})") + socket.receive_until(R"("secure":true})");
  CHECK(has(both, R"("path":"/a")"));
  CHECK(has(both, R"("path":"/b")"));

  // A browser that is told so of localhost would refuse every other server there.
  socket.send(get(encrypted, "/c"));
  CHECK_FALSE(has(socket.receive_until("\r\n\r\n"), "Strict-Transport-Security"));
}

TEST_CASE("TLS: a stream of events is sent, and ends with its reader") {
  Encrypted encrypted;
  RawSocket reader(encrypted.port(), 0, encrypted.client());
  reader.send("GET /events HTTP/1.1\r\nHost: " + encrypted.server->host() +
              "\r\nAuthorization: Bearer dev:ann\r\n\r\n");
  CHECK(has(reader.receive_until("\n\n"), "text/event-stream"));
  RawWebSocket bob(encrypted.port(), {}, 0, encrypted.client());
  bob.hello("bob");

  bob.text(create(2, "n1"));
  CHECK(has(reader.receive_until(R"("operation":"CREATE")"), "event"));
  reader.close();

  encrypted.server->await_connections(1);
}

TEST_CASE("TLS: a large answer arrives whole at a slow reader, who holds nobody up [laws 6, 7]") {
  TestServerOptions options;
  options.net.messages_per_s = 0;
  Encrypted encrypted(options);
  RawWebSocket slow(encrypted.port(), {}, 4096, encrypted.client());
  slow.hello("slow");
  slow.text(R"({"id":2,"type":"subscribe","subscription":1,"entityType":"Note"})");
  slow.message();
  RawWebSocket ann(encrypted.port(), {}, 0, encrypted.client());
  ann.hello("ann");

  for (int i = 0; i < 200; ++i) {
    ann.text(create(2, "n" + std::to_string(i), 30'000));
    CHECK(has(ann.message(), "committed"));
  }

  std::size_t creates = 0;
  while (creates < 200) {
    const std::string message = slow.message();
    if (message.empty()) break;
    for (std::size_t at = 0; (at = message.find(R"("operation":"CREATE")", at)) != std::string::npos; ++at)
      ++creates;
  }
  CHECK(creates == 200);
}

TEST_CASE("TLS: versions before 1.2 are refused, 1.2 and 1.3 are spoken") {
  Encrypted encrypted;
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    CHECK_THROWS(RawSocket(encrypted.port(), 0, tls_transport({.most_version = version})));
  }
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    RawSocket socket(encrypted.port(), 0, tls_transport({.most_version = version}));
    socket.send(get(encrypted, "/"));
    CHECK(has(socket.receive_until("\r\n\r\n"), "HTTP/1.1 200"));
  }
}

TEST_CASE("TLS: of the protocols offered HTTP/1.1 is chosen; who speaks none of ours gets no connection") {
  Encrypted encrypted;
  RawSocket both(encrypted.port(), 0, tls_transport({.protocols = "\x02h2\x08http/1.1"}));
  both.send(get(encrypted, "/"));
  CHECK(has(both.receive_until("\r\n\r\n"), "HTTP/1.1 200"));
  CHECK_THROWS(RawSocket(encrypted.port(), 0, tls_transport({.protocols = "\x02h2"})));
}

TEST_CASE("TLS: plain HTTP to its port is told so with 400, anything else is closed") {
  Encrypted encrypted;
  RawSocket plain(encrypted.port());
  plain.send(get(encrypted, "/"));
  const std::string answer = plain.receive_all();
  CHECK(answer.starts_with("HTTP/1.1 400"));
  CHECK(has(answer, "TLS"));
  CHECK(plain.ended);

  RawSocket banner(encrypted.port());
  banner.send("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n");
  banner.receive_all();
  CHECK(banner.ended);
}

TEST_CASE("TLS: a handshake slower than 10 s is cut, and counts as a connection meanwhile [law 6]") {
  Encrypted encrypted;
  RawSocket silent(encrypted.port());
  RawSocket slow(encrypted.port());
  slow.send("\x16\x03\x01");
  encrypted.server->await_connections(2);

  encrypted.server->advance(9s);
  std::this_thread::sleep_for(30ms);
  CHECK(encrypted.server->connections() == 2);
  encrypted.server->advance(1500ms);

  CHECK(silent.is_closed());
  CHECK(slow.is_closed());
  encrypted.server->await_connections(0);
}

TEST_CASE("TLS: past the cap the refusal can be read, encrypted [law 6]") {
  TestServerOptions options;
  options.net.connections_per_address = 1;
  Encrypted encrypted(options);
  RawSocket first(encrypted.port(), 0, encrypted.client());
  RawSocket second(encrypted.port(), 0, encrypted.client());
  CHECK(second.receive_all().starts_with("HTTP/1.1 429"));
}

TEST_CASE("TLS: a page of our own is one that was reached by https [law 8]") {
  Encrypted encrypted;
  const auto status = [&](const std::string& origin) {
    RawSocket socket(encrypted.port(), 0, encrypted.client());
    std::string handshake = RawWebSocket::handshake(encrypted.port());
    handshake.insert(handshake.size() - 2, "Origin: " + origin + "\r\n");
    socket.send(handshake);
    return socket.receive_until("\r\n").substr(9, 3);
  };
  CHECK(status("https://" + encrypted.server->host()) == "101");
  CHECK(status("http://" + encrypted.server->host()) == "403");
}

TEST_CASE("TLS: who vanishes in the middle of a handshake or a message harms nobody [law 7]") {
  Encrypted encrypted;
  for (int i = 0; i < 20; ++i) {
    RawSocket hello(encrypted.port());
    hello.send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
    RawWebSocket client(encrypted.port(), {}, 0, encrypted.client());
    client.hello("ann");
    client.send(make_frame(1, kPing).substr(0, 5));
    // Both are closed here without a word of TLS.
  }
  encrypted.server->await_connections(0);
  RawWebSocket ann(encrypted.port(), {}, 0, encrypted.client());
  CHECK(has(ann.hello("ann"), "welcome"));
}

TEST_CASE("TLS: a close is answered, and the end of TLS comes before the end of the connection") {
  Encrypted encrypted;
  RawWebSocket client(encrypted.port(), {}, 0, encrypted.client());
  client.hello();
  client.send(make_frame(8, "\x03\xe8"));
  CHECK(client.close_code() == 1000);
  CHECK(client.is_closed());
}

TEST_CASE("TLS: bytes that are not of this connection end it alone [law 7]") {
  Encrypted encrypted;
  RawWebSocket ann(encrypted.port(), {}, 0, encrypted.client());
  ann.hello("ann");
  int descriptor = -1;
  RawSocket broken(encrypted.port(), 0, [&](int socket) {
    descriptor = socket;
    return encrypted.client()(socket);
  });
  CHECK(::send(descriptor, "\x17\x03\x03\x00\x20 this is nothing but noise here", 37, MSG_NOSIGNAL) > 0);
  CHECK(broken.is_closed());
  ann.text(kPing);
  CHECK(has(ann.message(), "pong"));
}

TEST_CASE("TLS: a certificate can be exchanged; bad files change nothing and say why") {
  Encrypted encrypted;
  CHECK(certificate_name(encrypted.port()) == "localhost");
  RawWebSocket before(encrypted.port(), {}, 0, encrypted.client());
  before.hello("ann");
  const CertificateFiles two = make_certificate(encrypted.folder.path(), "two", {.name = "two.example"});
  const auto load = [&](const std::string& certificate, const std::string& key) {
    return encrypted.server->on_loop([&](TestServer&) { return encrypted.tls.load({certificate, key}); });
  };

  CHECK(has(load(two.certificate, encrypted.files.key).error().message, "does not belong"));
  CHECK(has(load(two.certificate, "/nowhere/key").error().message, "cannot read /nowhere/key"));
  CHECK(has(load(two.key, two.key).error().message, "cannot use the certificate"));
  CHECK(has(load(two.certificate, two.certificate).error().message, "cannot use the key"));
  CHECK(certificate_name(encrypted.port()) == "localhost");

  const auto loaded = load(two.certificate, two.key);
  REQUIRE(loaded.has_value());
  CHECK(has(loaded->subject, "two.example"));
  CHECK(loaded->not_after > std::chrono::system_clock::now());
  CHECK(certificate_name(encrypted.port()) == "two.example");
  before.text(kPing);
  CHECK(has(before.message(), "pong"));
}
