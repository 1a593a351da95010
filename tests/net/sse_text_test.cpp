// A frame as an event, byte for byte.
#include <doctest/doctest.h>

#include "server/net/sse_text.hpp"

using namespace coterie;
using namespace std::chrono_literals;

TEST_CASE("SSE: each message of a frame stands on a line of its own, so that the frame comes back whole") {
  CHECK(sse_event("{\"a\":1}", {}) == "data: {\"a\":1}\n\n");
  CHECK(sse_event("{\"a\":1}\n{\"b\":2}", {}) == "data: {\"a\":1}\ndata: {\"b\":2}\n\n");
}

TEST_CASE("SSE: the place and the time to come back stand before the data") {
  CHECK(sse_event("x", {"{\"seq\":7}", 1500ms}) == "retry: 1500\nid: {\"seq\":7}\ndata: x\n\n");
}
