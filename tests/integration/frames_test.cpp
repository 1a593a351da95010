// Frames, right and wrong, byte by byte: RFC 6455 section 5 as the server keeps it.
#include <doctest/doctest.h>

#include "tests/support/raw_socket.hpp"
#include "tests/support/test_server.hpp"

using namespace coterie;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kPing = R"({"id":7,"type":"ping"})";
constexpr unsigned kContinuation = 0;
constexpr unsigned kText = 1;
constexpr unsigned kBinary = 2;
constexpr unsigned kClose = 8;
constexpr unsigned kPingFrame = 9;
constexpr unsigned kPongFrame = 10;

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// What the server closes with after these bytes of a client that was welcomed.
std::uint16_t code_after(const TestServer& server, std::string_view bytes) {
  RawWebSocket client(server.port());
  client.hello();
  client.send(bytes);
  const std::uint16_t code = client.close_code();
  CHECK(client.is_closed());
  return code;
}

FrameForm fragment() {
  FrameForm form;
  form.fin = false;
  return form;
}

}  // namespace

TEST_CASE("Frames: reserved opcodes and reserved bits: 1002") {
  TestServer server;
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
    CAPTURE(opcode);
    CHECK(code_after(server, make_frame(opcode, "x")) == 1002);
  }
  for (const unsigned bits : {1U, 2U, 4U, 7U}) {
    CAPTURE(bits);
    FrameForm form;
    form.reserved = bits;
    CHECK(code_after(server, make_frame(kText, kPing, form)) == 1002);
  }
}

TEST_CASE("Frames: unmasked: 1002") {
  TestServer server;
  FrameForm bare;
  bare.mask = false;
  CHECK(code_after(server, make_frame(kText, kPing, bare)) == 1002);
  CHECK(code_after(server, make_frame(kPingFrame, "", bare)) == 1002);
}

TEST_CASE("Frames: fragmented or oversized control frames: 1002") {
  TestServer server;
  CHECK(code_after(server, make_frame(kPingFrame, "x", fragment())) == 1002);
  CHECK(code_after(server, make_frame(kClose, "", fragment())) == 1002);
  CHECK(code_after(server, make_frame(kPingFrame, std::string(126, 'x'))) == 1002);
  CHECK(code_after(server, make_frame(kPongFrame, std::string(70'000, 'x'))) == 1002);
}

TEST_CASE("Frames: a stray continuation, a new message inside a fragmented one: 1002") {
  TestServer server;
  CHECK(code_after(server, make_frame(kContinuation, "x")) == 1002);
  CHECK(code_after(server, make_frame(kText, "x", fragment()) + make_frame(kText, "y")) == 1002);
}

TEST_CASE("Frames: a length with its top bit: 1002, a length in more bytes than it needs: 1002") {
  TestServer server;
  const std::string key = "abcd";
  const std::string top = std::string("\x81\xff", 2) + std::string("\x80\0\0\0\0\0\0\x01", 8) + key;
  CHECK(code_after(server, top) == 1002);
  const std::string all = std::string("\x81\xff", 2) + std::string(8, '\xff') + key;
  CHECK(code_after(server, all) == 1002);
  const std::string wide = std::string("\x81\xfe\x00\x01", 4) + key + "x";
  CHECK(code_after(server, wide) == 1002);
}

TEST_CASE("Frames: a close frame with a payload of one byte or a code that nobody may send: 1002") {
  TestServer server;
  CHECK(code_after(server, make_frame(kClose, "x")) == 1002);
  CHECK(code_after(server, make_frame(kClose, std::string("\x03\xed", 2))) == 1002);  // 1005
  CHECK(code_after(server, make_frame(kClose, std::string("\x00\x01", 2))) == 1002);
}

TEST_CASE("Frames: bad UTF-8, also across fragments: 1007") {
  TestServer server;
  for (const std::string& text :
       {std::string("\xff"), std::string("\"\xc3\x28\""), std::string("\xed\xa0\x80"),
        std::string("\xf8\x88\x80\x80\x80"), std::string("\xc0\x80"), std::string("\xe2\x82")}) {
    CAPTURE(text);
    CHECK(code_after(server, make_frame(kText, text)) == 1007);
  }
  CHECK(code_after(server, make_frame(kText, "\xe2\x82", fragment()) + make_frame(kContinuation, "\x28")) ==
        1007);
}

TEST_CASE("Frames: a character that is split between fragments is whole again") {
  TestServer server;
  RawWebSocket client(server.port());
  client.hello();
  const std::string message = "{\"id\":7,\"type\":\"\xe2\x82\xac\"}";
  client.send(make_frame(kText, message.substr(0, 17), fragment()) +
              make_frame(kContinuation, message.substr(17)));
  CHECK(has(client.message(), "bad_request"));  // of the unknown type: the text was read
}

TEST_CASE("Frames: over the limit in one frame: 1009 at once, before the payload [law 6]") {
  TestServer server;
  RawWebSocket client(server.port());
  client.hello();
  const std::string frame = make_frame(kText, std::string(64 * 1024 + 1, ' '));
  client.send(frame.substr(0, 14));  // the header and its mask alone
  CHECK(client.close_code() == 1009);
  CHECK(client.is_closed());
  // The largest a header can say without its top bit.
  CHECK(code_after(server, std::string("\x81\xff\x7f", 3) + std::string(7, '\xff') + "abcd") == 1009);
}

TEST_CASE("Frames: over the limit by fragments: 1009 [law 6]") {
  TestServer server;
  RawWebSocket client(server.port());
  client.hello();
  client.send(make_frame(kText, std::string(40 * 1024, ' '), fragment()));
  client.send(make_frame(kContinuation, std::string(40 * 1024, ' '), fragment()).substr(0, 8));
  CHECK(client.close_code() == 1009);
}

TEST_CASE("Frames: a message of exactly the limit is read") {
  TestServer server;
  RawWebSocket client(server.port());
  client.hello();
  std::string message(64 * 1024, ' ');
  message.replace(0, kPing.size(), kPing);
  client.text(message);
  CHECK(has(client.message(), R"("type":"pong")"));
  client.text(kPing);  // and the next one as well
  CHECK(has(client.message(), R"("type":"pong")"));
}

TEST_CASE("Frames: binary: 1003") {
  TestServer server;
  CHECK(code_after(server, make_frame(kBinary, kPing)) == 1003);
  CHECK(code_after(server, make_frame(kBinary, std::string(1000, '\xff'))) == 1003);
}

TEST_CASE("Frames: one byte at a time works") {
  TestServer server;
  RawWebSocket client(server.port());
  client.send_one_by_one(make_frame(kText, R"({"id":1,"type":"hello","clientId":"c","token":"dev:ann"})"));
  CHECK(has(client.message(), "welcome"));
  client.send_one_by_one(make_frame(kText, std::string(kPing) + std::string(300, ' ')));
  CHECK(has(client.message(), R"("type":"pong")"));
}

TEST_CASE("Frames: a message in fragments, empty ones among them, and a ping in between") {
  TestServer server;
  RawWebSocket client(server.port());
  client.hello();

  client.send(make_frame(kText, "", fragment()) + make_frame(kContinuation, kPing.substr(0, 5), fragment()) +
              make_frame(kPingFrame, "between") + make_frame(kContinuation, "", fragment()) +
              make_frame(kContinuation, kPing.substr(5)));

  const auto pong = client.frame();
  REQUIRE(pong.has_value());
  CHECK(pong->opcode == kPongFrame);
  CHECK(pong->payload == "between");
  CHECK(has(client.message(), R"("type":"pong")"));
}

TEST_CASE("Frames: a message in 1024 fragments and one more: 1008 [law 6]") {
  TestServer server;
  std::string many = make_frame(kText, "", fragment());
  for (int i = 1; i < 1024; ++i) many += make_frame(kContinuation, "", fragment());
  RawWebSocket client(server.port());
  client.hello();
  client.send(many + make_frame(kContinuation, kPing));
  CHECK(has(client.message(), R"("type":"pong")"));

  CHECK(code_after(server, many + make_frame(kContinuation, "", fragment())) == 1008);
}

TEST_CASE("Frames: thousands of unread pings: 1008, and what was queued stays small [law 6]") {
  TestServer server;
  RawWebSocket client(server.port());
  client.hello();
  std::string pings;
  for (int i = 0; i < 5000; ++i) pings += make_frame(kPingFrame, std::string(125, 'p'));
  client.send(pings);
  CHECK(client.close_code() == 1008);
}

TEST_CASE("Frames: what comes along with the handshake is not lost") {
  TestServer server;
  RawWebSocket client(server.port(),
                      make_frame(kText, R"({"id":1,"type":"hello","clientId":"c","token":"dev:ann"})") +
                          make_frame(kPingFrame, "p"));
  // A pong leaves at once, an answer at the end of the turn.
  std::string payloads;
  for (int i = 0; i < 2; ++i) payloads += client.frame().value_or(RawFrame{}).payload + "|";
  CHECK(payloads.starts_with("p|"));
  CHECK(has(payloads, "welcome"));
}

TEST_CASE("Frames: no extension is negotiated, compressed bytes are refused") {
  TestServer server;
  RawSocket socket(server.port());
  std::string handshake = RawWebSocket::handshake(server.port());
  handshake.insert(handshake.size() - 2,
                   "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
  socket.send(handshake);
  CHECK_FALSE(has(socket.receive_until("\r\n\r\n"), "Extensions"));
}

TEST_CASE(
    "Frames: a bomb is not inflated: what says that it is compressed is 1002, before its payload [law 6]") {
  TestServer server;
  RawWebSocket client(server.port());
  client.hello();
  FrameForm compressed;
  compressed.reserved = 4;  // RSV1, as permessage-deflate would set it
  client.send(make_frame(kText, std::string(60'000, '\0'), compressed).substr(0, 8));
  CHECK(client.close_code() == 1002);
  CHECK(client.is_closed());
}

TEST_CASE("Frames: a close is answered with its code, then the connection ends") {
  TestServer server;
  RawWebSocket client(server.port());
  client.hello();
  client.send(make_frame(kClose, std::string("\x03\xe8"
                                             "bye",
                                             5)));
  CHECK(client.close_code() == 1000);
  CHECK(client.is_closed());
}

TEST_CASE("Frames: nothing is sent after a close frame, whatever still comes") {
  TestServer server;
  RawWebSocket client(server.port());
  client.hello();
  client.send(make_frame(kText, "\xff") + make_frame(kText, kPing) + make_frame(kPingFrame, "late"));
  CHECK(client.close_code() == 1007);
  CHECK(client.is_closed());
  CHECK(client.buffer.empty());
}
