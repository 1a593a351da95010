// A session from its first message to its last, over a real socket.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/event_reader.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/test_server.hpp"

using namespace coterie;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// The value of a textual member.
std::string member(const std::string& text, std::string_view name) {
  const std::string mark = "\"" + std::string(name) + "\":\"";
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + mark.size();
  return text.substr(begin, text.find('"', begin) - begin);
}

TestServerOptions quick() {
  TestServerOptions options;
  options.net.sweep = 5ms;
  return options;
}

std::string create(int id, std::string_view entity, std::size_t size = 10) {
  return R"({"id":)" + std::to_string(id) + R"(,"type":"mutate","mutationId":"m)" + std::string(entity) +
         R"(","ops":[{"op":"create","entityType":"Note","entityId":")" + std::string(entity) +
         R"(","data":{"text":")" + std::string(size, 'x') + R"("}}]})";
}

}  // namespace

TEST_CASE("Session: hello is answered by welcome, a create reaches who subscribed") {
  TestServer server;
  RawWebSocket ann(server.port());
  RawWebSocket bob(server.port());

  const std::string welcome = ann.hello("ann");
  bob.hello("bob");
  bob.text(R"({"id":2,"type":"subscribe","subscription":1,"entityType":"Note"})");
  const std::string subscribed = bob.message();
  ann.text(create(2, "n1"));
  const std::string committed = ann.message();
  const std::string event = bob.message();

  CHECK(has(welcome, R"("type":"welcome")"));
  CHECK(has(welcome, R"("id":1)"));
  CHECK_FALSE(member(welcome, "sessionId").empty());
  CHECK(has(subscribed, R"("type":"subscribed")"));
  CHECK(has(committed, R"("type":"committed")"));
  CHECK(has(event, R"("operation":"CREATE")"));
  CHECK(member(event, "sessionId") == member(welcome, "sessionId"));
}

TEST_CASE("Session: several messages in one frame, a bad line among them is refused alone") {
  TestServer server;
  RawWebSocket client(server.port());
  client.hello();

  client.text(
      "{\"id\":2,\"type\":\"ping\"}\nnonsense\n{\"id\":3,\"type\":\"what\"}\n{\"id\":4,\"type\":\"ping\"}");
  std::string all;
  while (!has(all, R"("id":4)")) {
    const std::string message = client.message();
    REQUIRE_FALSE(message.empty());
    all += message + "\n";
  }

  CHECK(has(all, R"("id":2,"type":"pong")"));
  CHECK(has(all, R"("code":"bad_json")"));
  CHECK(has(all, R"("id":3,"type":"error")"));
  CHECK(has(all, R"("id":4,"type":"pong")"));
}

TEST_CASE("Session: before hello nothing is answered but that [law 8]") {
  TestServer server;
  RawWebSocket client(server.port());
  client.text(R"({"id":2,"type":"get","entityType":"Note","entityId":"n1"})");
  const std::string refused = client.message();
  CHECK(has(refused, R"("code":"unauthorized")"));
  CHECK(has(refused, R"("id":2)"));
  CHECK(has(client.hello(), "welcome"));
}

TEST_CASE("Session: a token that is not accepted is told so and closed with 4001 [law 8]") {
  TestServer server;
  RawWebSocket client(server.port());
  client.text(R"({"id":1,"type":"hello","clientId":"c","token":"wrong"})");
  const std::string refused = client.message();
  CHECK(has(refused, R"("code":"unauthorized")"));
  CHECK_FALSE(has(refused, "wrong"));
  CHECK(client.close_code() == 4001);
}

TEST_CASE("Session: the token may come in the Authorization header") {
  TestServer server;
  RawSocket socket(server.port());
  std::string handshake = RawWebSocket::handshake(server.port());
  handshake.insert(handshake.size() - 2, "Authorization: Bearer dev:zoe\r\n");
  socket.send(handshake);
  socket.receive_until("\r\n\r\n");
  socket.send(make_frame(1, R"({"id":1,"type":"hello","clientId":"c"})"));
  CHECK(has(socket.receive_until("}"), "welcome"));
}

TEST_CASE("Session: no hello within 10 s: 4201 [law 6]") {
  TestServer server(quick());
  RawWebSocket client(server.port());
  client.text(R"({"id":2,"type":"ping"})");  // says something, but not that
  client.message();
  server.advance(10'300ms);
  CHECK(client.close_code() == 4201);
  CHECK(client.is_closed());
}

TEST_CASE("Session: the server's ping comes after 30 s of silence, an answer keeps the session") {
  TestServer server(quick());
  RawWebSocket client(server.port());
  client.hello();
  for (int i = 0; i < 5; ++i) {
    server.advance(30'300ms);
    CHECK(client.message() == R"({"type":"ping","seq":0})");
    client.text(R"({"type":"pong"})");
    client.text(R"({"id":2,"type":"ping"})");
    CHECK(has(client.message(), "pong"));
  }
}

TEST_CASE("Session: no answer and no progress for 60 s: 4202 [law 6]") {
  TestServer server(quick());
  RawWebSocket client(server.port());
  client.hello();
  server.advance(30'300ms);
  CHECK(has(client.message(), R"("type":"ping")"));
  server.advance(30'300ms);
  CHECK(client.close_code() == 4202);
  CHECK(client.is_closed());
}

TEST_CASE("Session: who never reads is bounded, then told 4202 [laws 6, 7]") {
  TestServerOptions options = quick();
  options.net.outbox_bytes = 64 * 1024;
  options.net.messages_per_s = 0;
  TestServer server(options);
  RawWebSocket deaf(server.port(), {}, 4096);
  deaf.hello("deaf");
  deaf.text(R"({"id":2,"type":"subscribe","subscription":1,"entityType":"Note"})");
  deaf.message();
  RawWebSocket ann(server.port());
  ann.hello("ann");

  // More than any kernel buffers; each answer shows that the others go on.
  for (int i = 0; i < 400; ++i) {
    ann.text(create(2, "n" + std::to_string(i), 30'000));
    CHECK(has(ann.message(), "committed"));
  }
  const std::size_t queued = server.on_loop([](TestServer& it) { return it.listener().queued_bytes(); });
  server.advance(60'300ms);

  CHECK(queued > 0);
  CHECK(queued < 256 * 1024);
  CHECK(deaf.close_code() == 4202);
}

TEST_CASE(
    "Session: who asks without reading the answers is not read any more, and goes on when it reads [law 6]") {
  TestServerOptions options = quick();
  options.net.outbox_bytes = 64 * 1024;
  options.net.messages_per_s = 0;
  TestServer server(options);
  RawWebSocket ann(server.port(), {}, 4096);
  ann.hello("ann");
  ann.text(create(2, "large", 40'000));
  ann.message();

  std::thread asking([&ann] {
    for (int i = 0; i < 1000; ++i) {
      ann.text(R"({"id":)" + std::to_string(1000 + i) +
               R"(,"type":"get","entityType":"Note","entityId":"large"})");
    }
  });
  std::this_thread::sleep_for(100ms);
  const std::size_t queued = server.on_loop([](TestServer& it) { return it.listener().queued_bytes(); });
  std::size_t answers = 0;
  std::string message;
  while (answers < 1000 && !(message = ann.message()).empty()) {
    answers += 1 + static_cast<std::size_t>(std::count(message.begin(), message.end(), '\n'));
  }
  asking.join();

  CHECK(answers == 1000);
  // What was in flight already is answered still: 64 times the record, and what was answered meanwhile.
  CHECK(queued < 8 * 1024 * 1024);
}

TEST_CASE("Session: over the rate of messages: rate_limited with the time to wait [law 6]") {
  TestServer server(quick());
  RawWebSocket client(server.port());
  client.hello();
  std::string pings;
  for (int i = 2; i < 360; ++i) pings += R"({"id":)" + std::to_string(i) + ",\"type\":\"ping\"}\n";
  pings.pop_back();
  client.text(pings);
  std::string all;
  while (!has(all, R"("id":359,)")) {
    const std::string message = client.message();
    REQUIRE_FALSE(message.empty());
    all += message + "\n";
  }
  CHECK(has(all, R"("code":"rate_limited")"));
  CHECK(has(all, R"("retryAfterMs":)"));
  CHECK(has(all, R"("id":150,"type":"pong")"));

  server.advance(2s);
  client.text(R"({"id":400,"type":"ping"})");
  CHECK(has(client.message(), R"("id":400,"type":"pong")"));
}

TEST_CASE("Session: what keeps a connection alive is taken beside the rate [law 6]") {
  TestServerOptions options = quick();
  options.net.messages_burst = 2;
  options.net.messages_per_s = 1;
  TestServer server(options);
  RawWebSocket client(server.port());
  client.hello();
  client.text(R"({"id":2,"type":"unsubscribe","subscription":1})");
  client.message();

  for (int i = 3; i < 60; ++i) {
    client.text(R"({"type":"pong"})");
    client.text(R"({"id":)" + std::to_string(i) + R"(,"type":"ping"})");
    CHECK(has(client.message(), R"("type":"pong")"));
  }
  client.text(R"({"id":99,"type":"unsubscribe","subscription":1})");
  CHECK(has(client.message(), "rate_limited"));
}

TEST_CASE("Session: the rate is one for all connections of a user, and outlives them [law 6]") {
  TestServerOptions options = quick();
  options.net.messages_burst = 3;
  options.net.messages_per_s = 1;
  TestServer server(options);
  for (int i = 0; i < 3; ++i) {
    RawWebSocket client(server.port());
    CHECK(has(client.hello("ann"), "welcome"));
  }
  server.await_connections(0);
  RawWebSocket again(server.port());
  CHECK(has(again.hello("ann"), "rate_limited"));
  const RawReply stream = exchange(server.port(), {.target = "/events"});
  CHECK(stream.status == 429);
  CHECK(has(stream.head, "Retry-After: "));
  CHECK(has(stream.body, R"("retryAfterMs":)"));
  RawWebSocket bob(server.port());
  CHECK(has(bob.hello("bob"), "welcome"));

  const std::string figures = server.on_loop([](TestServer& it) { return it.metrics().text(); });
  CHECK(has(figures, R"(coterie_limit_hits_total{limit="messages"} 2)"));
  server.advance(2s);
  CHECK(has(again.hello("ann"), "welcome"));  // on the same connection
}

TEST_CASE("Session: what cannot be read counts like what can: 4102 [law 6]") {
  TestServerOptions options = quick();
  options.net.hold_back = 5ms;
  TestServer server(options);
  RawWebSocket client(server.port());
  client.hello();
  std::string noise;
  for (int i = 0; i < 500; ++i) noise += "{\n";
  client.text(noise);
  CHECK(client.close_code() == 4102);
}

TEST_CASE("Session: who talks on without a hello is cut: 4102 [laws 6, 8]") {
  TestServer server(quick());
  for (const std::string& line : {std::string(R"({"id":7,"type":"ping"})"), std::string("noise")}) {
    RawWebSocket client(server.port());
    std::string all;
    for (int i = 0; i < 30; ++i) all += line + "\n";
    client.text(all);
    CHECK(client.close_code() == 4102);
  }
}

TEST_CASE("Session: a flood beyond all refusals: 4102 [law 6]") {
  TestServerOptions options = quick();
  options.net.hold_back = 5ms;
  TestServer server(options);
  RawWebSocket client(server.port());
  client.hello();
  std::string pings;
  for (int i = 2; i < 1000; ++i) pings += R"({"id":)" + std::to_string(i) + ",\"type\":\"ping\"}\n";
  pings.pop_back();
  client.text(pings);
  CHECK(client.close_code() == 4102);
}

TEST_CASE("Session: more connections than one user may have: 4102 [law 6]") {
  TestServerOptions options = quick();
  options.net.connections_per_user = 2;
  TestServer server(options);
  RawWebSocket first(server.port());
  RawWebSocket second(server.port());
  RawWebSocket third(server.port());
  RawWebSocket other(server.port());
  CHECK(has(first.hello("ann"), "welcome"));
  CHECK(has(second.hello("ann"), "welcome"));
  third.text(R"({"id":1,"type":"hello","clientId":"c","token":"dev:ann"})");
  CHECK(third.close_code() == 4102);
  third.close();
  CHECK(has(other.hello("bob"), "welcome"));
  second.close();
  server.await_connections(2);
  RawWebSocket fourth(server.port());
  CHECK(has(fourth.hello("ann"), "welcome"));
}

TEST_CASE("Session: a new connection of a session replaces the old one with 4103, a drop keeps its id") {
  TestServer server(quick());
  RawWebSocket old(server.port());
  const std::string first = old.hello("ann");
  const std::string resume = R"(,"resume":")" + member(first, "resume") + "\"";

  RawWebSocket next(server.port());
  const std::string second = next.hello("ann", resume);

  CHECK(member(second, "sessionId") == member(first, "sessionId"));
  CHECK(member(second, "resume") != member(first, "resume"));
  CHECK(old.close_code() == 4103);
  old.close();

  next.close();
  server.await_connections(0);
  RawWebSocket third(server.port());
  const std::string back = third.hello("ann", R"(,"resume":")" + member(second, "resume") + "\"");
  CHECK(member(back, "sessionId") == member(first, "sessionId"));
}

TEST_CASE("Session: closed with 1000 it is over, and not resumed") {
  TestServer server(quick());
  RawWebSocket client(server.port());
  const std::string first = client.hello("ann");
  client.send(make_frame(8, std::string("\x03\xe8", 2)));
  CHECK(client.close_code() == 1000);
  client.close();
  server.await_connections(0);
  RawWebSocket next(server.port());
  const std::string second = next.hello("ann", R"(,"resume":")" + member(first, "resume") + "\"");
  CHECK(member(second, "sessionId") != member(first, "sessionId"));
}

TEST_CASE("Session: at the end all are told goodbye and when to come back: 4203") {
  TestServer server(quick());
  RawWebSocket welcomed(server.port());
  welcomed.hello();
  RawWebSocket silent(server.port());
  server.await_connections(2);

  server.on_loop([](TestServer& it) {
    it.listener().stop_accepting();
    it.listener().close_all(CloseCode::shutting_down, "shutting down", 100ms, 2000ms);
    return 0;
  });

  for (RawWebSocket* client : {&welcomed, &silent}) {
    const std::string goodbye = client->message();
    CHECK(has(goodbye, R"("type":"goodbye")"));
    CHECK(has(goodbye, R"("code":4203)"));
    CHECK(has(goodbye, R"("retryMs":[100,2000])"));
    CHECK(client->close_code() == 4203);
    client->close();
  }
  server.await_connections(0);
  CHECK_THROWS(RawSocket(server.port()).receive_exactly(1).at(0));
}

TEST_CASE("Session: a hundred that vanish in the middle of anything harm nobody [law 7]") {
  TestServer server(quick());
  for (int i = 0; i < 100; ++i) {
    RawWebSocket client(server.port());
    client.text(R"({"id":1,"type":"hello","clientId":"c","token":"dev:ann"})");
    if (i % 3 == 1) client.message();
    client.text(R"({"id":2,"type":"subscribe","subscription":1,"entityType":"Note"})");
    client.send(make_frame(1, create(3, "v" + std::to_string(i))).substr(0, i % 2 == 0 ? 20 : 1000));
  }
  server.await_connections(0);
  RawWebSocket client(server.port());
  CHECK(has(client.hello("bob"), "welcome"));
}
