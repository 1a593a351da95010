// The other end of a connection, written by hand: bytes out, bytes in, and just enough of WebSocket to say
// anything, right or wrong.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace coterie {

// What stands between the bytes of a test and the socket: TLS, where there is one.
struct RawTransport {
  virtual ~RawTransport() = default;
  virtual ssize_t send(const char* bytes, std::size_t size) = 0;
  virtual ssize_t receive(char* bytes, std::size_t size) = 0;
  virtual bool has_more() = 0;  // read from the socket already
};
using MakeTransport = std::function<std::unique_ptr<RawTransport>(int socket)>;

class RawSocket {
 public:
  explicit RawSocket(std::uint16_t port, int receive_buffer = 0, const MakeTransport& transport = nullptr)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer != 0)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect");
    }
    if (transport) transport_ = transport(socket_);
  }
  ~RawSocket() { close(); }
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  // False: the other side has closed meanwhile.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = transport_ ? transport_->send(bytes.data(), bytes.size())
                                      : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  bool send_one_by_one(std::string_view bytes) {
    for (const char byte : bytes) {
      if (!send({&byte, 1})) return false;
    }
    return true;
  }

  // What has been read and not used yet stands in `buffer`. False: the end, a reset, or nothing for
  // `patience`.
  bool receive() {
    pollfd ready{socket_, POLLIN, 0};
    const bool waits = !transport_ || !transport_->has_more();
    if (waits && ::poll(&ready, 1, static_cast<int>(patience.count())) <= 0) {
      timed_out = true;
      return false;
    }
    char bytes[16384];
    const ssize_t size =
        transport_ ? transport_->receive(bytes, sizeof bytes) : ::recv(socket_, bytes, sizeof bytes, 0);
    if (size <= 0) {
      ended = true;
      return false;
    }
    buffer.append(bytes, static_cast<std::size_t>(size));
    return true;
  }

  // All up to the end of the connection.
  std::string receive_all() {
    while (receive()) {
    }
    return buffer;
  }
  std::string receive_until(std::string_view mark) {
    std::size_t at = 0;
    while ((at = buffer.find(mark)) == std::string::npos && receive()) {
    }
    return take(at == std::string::npos ? buffer.size() : at + mark.size());
  }
  std::string receive_exactly(std::size_t size) {
    while (buffer.size() < size && receive()) {
    }
    return take(std::min(size, buffer.size()));
  }
  bool is_closed() {  // by the other side, once everything was read
    while (receive()) {
    }
    return ended;
  }
  void shutdown_send() { ::shutdown(socket_, SHUT_WR); }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  std::string buffer;
  std::chrono::milliseconds patience{5000};
  bool timed_out = false;
  bool ended = false;

 private:
  std::string take(std::size_t size) {
    std::string taken = buffer.substr(0, size);
    buffer.erase(0, size);
    return taken;
  }
  int socket_;
  std::unique_ptr<RawTransport> transport_;
};

struct RawFrame {
  unsigned opcode = 0;
  bool fin = true;
  std::string payload;
  std::uint16_t close_code() const {
    if (opcode != 8 || payload.size() < 2) return 0;
    return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                      static_cast<unsigned char>(payload[1]));
  }
};

struct FrameForm {
  bool fin = true;
  bool mask = true;
  unsigned reserved = 0;  // the three bits
};

inline std::string make_frame(unsigned opcode, std::string_view payload, FrameForm form = {}) {
  std::string frame;
  frame += static_cast<char>((form.fin ? 0x80 : 0) | form.reserved << 4 | opcode);
  const int mask_bit = form.mask ? 0x80 : 0;
  if (payload.size() < 126) {
    frame += static_cast<char>(mask_bit | static_cast<int>(payload.size()));
  } else if (payload.size() <= 0xffff) {
    frame += static_cast<char>(mask_bit | 126);
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size() & 0xff);
  } else {
    frame += static_cast<char>(mask_bit | 127);
    for (int shift = 56; shift >= 0; shift -= 8) frame += static_cast<char>(payload.size() >> shift & 0xff);
  }
  const char key[4] = {'\x11', '\x7f', '\x05', '\x2a'};
  if (form.mask) frame.append(key, 4);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame += form.mask ? static_cast<char>(payload[i] ^ key[i % 4]) : payload[i];
  }
  return frame;
}

class RawWebSocket : public RawSocket {
 public:
  static constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";

  static std::string handshake(std::uint16_t port) {
    return "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
           "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + std::string(kKey) +
           "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: coterie.v1\r\n\r\n";
  }

  // `early`: sent along with the handshake.
  explicit RawWebSocket(std::uint16_t port, std::string_view early = {}, int receive_buffer = 0,
                        const MakeTransport& transport = nullptr)
      : RawSocket(port, receive_buffer, transport) {
    send(handshake(port) + std::string(early));
    head = receive_until("\r\n\r\n");
    if (!head.starts_with("HTTP/1.1 101")) throw std::runtime_error("no upgrade: " + head);
  }

  bool text(std::string_view message) { return send(make_frame(1, message)); }

  std::optional<RawFrame> frame() {
    const std::string first = receive_exactly(2);
    if (first.size() < 2) return std::nullopt;
    RawFrame frame;
    frame.opcode = static_cast<unsigned char>(first[0]) & 0x0f;
    frame.fin = (first[0] & 0x80) != 0;
    std::uint64_t size = static_cast<unsigned char>(first[1]) & 0x7f;
    const int more = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (more != 0) {
      size = 0;
      for (const char byte : receive_exactly(static_cast<std::size_t>(more))) {
        size = size << 8 | static_cast<unsigned char>(byte);
      }
    }
    frame.payload = receive_exactly(size);
    return frame;
  }

  // The next text; pings and pongs in between are passed over. Empty: the end.
  std::string message() {
    while (auto next = frame()) {
      if (next->opcode == 1) return next->payload;
      if (next->opcode == 8) break;
    }
    return {};
  }

  // The code of the close frame, whatever comes before it; 0: the connection ended without one.
  std::uint16_t close_code() {
    while (auto next = frame()) {
      if (next->opcode == 8) return next->close_code();
    }
    return 0;
  }

  // Says hello as a user of --dev and returns the welcome.
  std::string hello(std::string_view name = "ann", std::string_view more = {}) {
    text(R"({"id":1,"type":"hello","clientId":"test","token":"dev:)" + std::string(name) + "\"" +
         std::string(more) + "}");
    return message();
  }

  std::string head;
};

}  // namespace coterie
