// A stream of events from its first byte to its last, over a real socket, and the time as a parameter.
#include <doctest/doctest.h>

#include "tests/support/event_reader.hpp"
#include "tests/support/test_server.hpp"

using namespace coterie;
using namespace std::chrono_literals;

namespace {

TestServerOptions quick() {
  TestServerOptions options;
  options.net.sweep = 5ms;
  return options;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const RawRequest kStream{.target = "/events"};

std::string data_of(EventReader& reader) {
  const auto event = reader.next();
  return event ? event->data : std::string();
}

}  // namespace

TEST_CASE("Stream: its head says that it is one, and that no proxy may hold it back") {
  TestServer server;
  EventReader reader(server.port(), kStream);
  CHECK(has(reader.head, "HTTP/1.1 200"));
  CHECK(has(reader.head, "Content-Type: text/event-stream"));
  CHECK(has(reader.head, "X-Accel-Buffering: no"));
  CHECK(has(reader.head, "Cache-Control: no-store, no-transform"));
  CHECK_FALSE(has(reader.head, "Content-Length"));
  CHECK(has(data_of(reader), R"("type":"welcome")"));
}

TEST_CASE("Stream: HEAD is told the head alone") {
  TestServer server;
  const RawReply reply = exchange(server.port(), {.method = "HEAD", .target = "/events"});
  CHECK(reply.status == 200);
  CHECK(has(reply.head, "text/event-stream"));
  CHECK(reply.body.empty());
}

TEST_CASE("Stream: a page of another origin gets none [law 8]") {
  TestServer server;
  for (const char* path : {"/events", "/%65vents", "/event%73"}) {
    CAPTURE(path);
    RawRequest request{.target = path};
    request.headers["Origin"] = "https://elsewhere.example";
    CHECK(exchange(server.port(), request).status == 403);
  }
}

TEST_CASE("Stream: something is said every 30 s, and nobody has to answer") {
  TestServer server(quick());
  EventReader reader(server.port(), kStream);
  data_of(reader);
  data_of(reader);
  for (int beat = 0; beat < 4; ++beat) {
    server.advance(30'100ms);
    CHECK(has(data_of(reader), R"("type":"ping")"));
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("Stream: a client that goes away frees its place") {
  TestServer server(quick());
  {
    EventReader reader(server.port(), kStream);
    data_of(reader);
    server.await_connections(1);
  }
  server.await_connections(0);
}

TEST_CASE("Stream: what waits for a reader and makes no progress for 60 s is given up [law 6]") {
  TestServer server(quick());
  EventReader reader(server.port(), kStream, 1024);
  data_of(reader);
  RawWebSocket ann(server.port());
  ann.hello();
  for (int i = 0; i < 200; ++i) {
    ann.text(R"({"id":)" + std::to_string(i + 2) + R"(,"type":"mutate","mutationId":"m)" + std::to_string(i) +
             R"(","ops":[{"op":"create","entityType":"Note","data":{"text":")" + std::string(40'000, 'x') +
             R"("}}]})");
    ann.message();
  }
  ann.close();
  server.await_connections(1);
  CHECK(server.on_loop([](TestServer& s) { return s.listener().queued_bytes(); }) > 0);

  server.advance(59'000ms);
  std::this_thread::sleep_for(50ms);
  CHECK(server.connections() == 1);
  while (server.connections() != 0) {  // the end takes its time too
    server.advance(5'000ms);
    std::this_thread::sleep_for(10ms);
  }
  CHECK(server.on_loop([](TestServer& s) { return s.listener().queued_bytes(); }) == 0);
}

TEST_CASE("Stream: a server that stops says goodbye, and when to come back") {
  TestServer server;
  EventReader reader(server.port(), kStream);
  data_of(reader);
  data_of(reader);
  server.on_loop([](TestServer& s) {
    s.listener().close_all(CloseCode::shutting_down, "the server is stopping", 1500ms, 4000ms);
    return 0;
  });
  CHECK(data_of(reader) ==
        R"({"type":"goodbye","code":4203,"reason":"the server is stopping","retryMs":[1500,4000]})");
  CHECK(reader.retry == "1500");
  CHECK_FALSE(reader.next());
}

TEST_CASE("Stream: a user with too many connections is told so by the status [law 6]") {
  TestServerOptions options;
  options.net.connections_per_user = 2;
  TestServer server(options);
  EventReader first(server.port(), kStream), second(server.port(), kStream);
  const RawReply third = exchange(server.port(), kStream);
  CHECK(third.status == 429);
  CHECK(has(third.head, "Retry-After: 5"));
  CHECK(has(third.body, R"("code":"limit")"));
}

TEST_CASE("Stream: whoever goes on sending on its connection is cut [law 6]") {
  TestServer server(quick());
  EventReader reader(server.port(), kStream);
  data_of(reader);
  reader.socket.send(std::string(100'000, 'x'));
  server.await_connections(0);
}
