#include "server/sync/frame.hpp"

#include <doctest/doctest.h>

#include <cstdint>

using namespace coterie;

namespace {

// Reads the header as RFC 6455 section 5.2 says; the length of the payload that it announces.
std::uint64_t announced(std::string_view bytes, std::size_t& header_bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes.at(i)); };
  CHECK(byte(0) == 0x81);  // FIN, text
  const std::uint8_t first = byte(1);
  CHECK((first & 0x80) == 0);  // unmasked
  const std::size_t more = first == 127 ? 8 : first == 126 ? 2 : 0;
  header_bytes = 2 + more;
  std::uint64_t length = more == 0 ? first : 0;
  for (std::size_t i = 0; i < more; ++i) length = length << 8 | byte(2 + i);
  return length;
}

}  // namespace

TEST_CASE("Frame: its header announces the payload in the shortest form") {
  for (const std::size_t size : {1UL, 125UL, 126UL, 127UL, 300UL, 65535UL, 65536UL, 70000UL}) {
    CAPTURE(size);
    FrameBuilder builder;
    builder.add(std::string(size, 'a'));

    const FramePtr frame = builder.finish();

    std::size_t header = 0;
    CHECK(announced(frame->bytes(), header) == size);
    CHECK(frame->bytes().size() == header + size);
    CHECK(frame->payload() == std::string(size, 'a'));
    CHECK(header == (size <= 125 ? 2 : size <= 65535 ? 4 : 10));
  }
}

TEST_CASE("Frame: a newline stands between two messages, and nowhere else") {
  FrameBuilder builder;
  CHECK(builder.empty());

  CHECK(builder.add("{\"a\":1}") == 0);
  CHECK(builder.add("{\"b\":2}") == 8);
  const FramePtr frame = builder.finish();

  CHECK(frame->payload() == "{\"a\":1}\n{\"b\":2}");
  CHECK(builder.empty());
}

TEST_CASE("Frame: a builder begins anew after each frame, and frames do not share") {
  FrameBuilder builder;
  builder.add("first");
  const FramePtr first = builder.finish();

  builder.add("second");
  const FramePtr second = builder.finish();

  CHECK(first->payload() == "first");
  CHECK(second->payload() == "second");
}
