// A session from its first byte to its last, over a real socket.
#include <doctest/doctest.h>

#include "tests/support/raw_socket.hpp"
#include "tests/support/test_server.hpp"

using namespace coterie;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TestServerOptions quick() {
  TestServerOptions options;
  options.net.sweep = 5ms;
  return options;
}

}  // namespace

TEST_CASE("Session: hello is answered by welcome") {
  TestServer server;
  RawWebSocket client(server.port());

  const std::string welcome = client.hello("ann");

  CHECK(has(welcome, R"("type":"welcome")"));
  CHECK(has(welcome, R"("id":1)"));
  CHECK(has(welcome, R"("sessionId":)"));
}
