#include "bench/load/connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace load {

Address address_of(const std::string& url) {
  const auto scheme = url.find("://");
  const std::string rest = scheme == std::string::npos ? url : url.substr(scheme + 3);
  const std::string authority = rest.substr(0, rest.find('/'));
  const auto colon = authority.rfind(':');
  if (colon == std::string::npos) throw std::runtime_error("--url needs a port, like http://127.0.0.1:8787");
  Address address{authority.substr(0, colon), 0};
  if (address.host == "localhost") address.host = "127.0.0.1";
  in_addr parsed{};
  if (inet_pton(AF_INET, address.host.c_str(), &parsed) != 1 || (ntohl(parsed.s_addr) >> 24U) != 127) {
    throw std::runtime_error("the load harness speaks to this machine only (127.0.0.0/8), not to " +
                             address.host);
  }
  address.port = static_cast<std::uint16_t>(std::stoi(authority.substr(colon + 1)));
  return address;
}

int begin_connecting(const Address& address) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fd;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(address.port);
  inet_pton(AF_INET, address.host.c_str(), &to.sin_addr);
  (void)::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to);
  return fd;
}

Connection::Connection(Loop& loop, const Address& address, Handlers handlers)
    : loop_(loop), address_(address), handlers_(std::move(handlers)) {
  fd_ = begin_connecting(address);
  if (fd_ < 0)
    throw std::runtime_error(std::string("no more sockets: ") + std::strerror(errno) + "; raise ulimit -n");
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  loop_.watch(fd_, EPOLLIN | EPOLLOUT, [this](std::uint32_t events) { ready(events); });
}

Connection::~Connection() { drop(); }

void Connection::drop() {
  if (fd_ < 0) return;
  loop_.forget(fd_);
  const linger hard{1, 0};  // a reset, not a polite end
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  ::close(fd_);
  fd_ = -1;
}

void Connection::close() {
  if (fd_ < 0) return;
  if (upgraded_) write_frame(8, std::string_view("\x03\xe8", 2));
  loop_.forget(fd_);
  ::close(fd_);
  fd_ = -1;
}

void Connection::send(std::string_view message) {
  if (fd_ >= 0) write_frame(1, message);
}

void Connection::write_frame(unsigned opcode, std::string_view payload) {
  out_.push_back(static_cast<char>(0x80U | opcode));
  if (payload.size() < 126) {
    out_.push_back(static_cast<char>(0x80U | payload.size()));
  } else if (payload.size() < 65536) {
    out_.push_back(static_cast<char>(0xFE));
    out_.push_back(static_cast<char>(payload.size() >> 8U));
    out_.push_back(static_cast<char>(payload.size() & 0xFFU));
  } else {
    throw std::runtime_error("a message of the harness is under 64 KiB");
  }
  out_.append(4, '\0');  // a mask of zeros
  out_ += payload;
  flush();
}

void Connection::flush() {
  if (!connected_ || out_.empty()) return;
  const ssize_t n = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
  if (n > 0) out_.erase(0, static_cast<std::size_t>(n));
  loop_.change(fd_, out_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void Connection::fail(int code, const std::string& why) {
  if (fd_ < 0) return;
  loop_.forget(fd_);
  ::close(fd_);
  fd_ = -1;
  handlers_.closed(code, why);
}

void Connection::ready(std::uint32_t events) {
  if (!connected_) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return fail(0, std::string("cannot connect: ") + std::strerror(error));
    if ((events & EPOLLOUT) == 0) return;
    connected_ = true;
    out_ = fmt::format(
               "GET /ws HTTP/1.1\r\nHost: {}:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: coterie.v1\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
               address_.host, address_.port) +
           out_;
    return flush();
  }
  if ((events & EPOLLOUT) != 0) flush();
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read();
}

void Connection::read() {
  char buffer[256 * 1024];
  const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return fail(1006, n == 0 ? "the server closed the line" : std::strerror(errno));
  bytes_read_ += static_cast<std::uint64_t>(n);
  in_.append(buffer, static_cast<std::size_t>(n));
  if (!upgraded_) {
    const auto end = in_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    if (in_.compare(0, 12, "HTTP/1.1 101") != 0)
      return fail(0, "the upgrade was refused: " + in_.substr(0, in_.find('\r')));
    in_.erase(0, end + 4);
    upgraded_ = true;
    handlers_.opened();
    if (fd_ < 0) return;
  }
  (void)take_frames();
}

bool Connection::take_frames() {
  std::size_t at = 0;
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(in_[at + i]));
  };
  while (in_.size() - at >= 2) {
    std::uint64_t size = byte(1) & 0x7FU;
    std::size_t header = 2;
    if (size == 126) header = 4;
    if (size == 127) header = 10;
    if (in_.size() - at < header) break;
    if (size >= 126) {
      size = 0;
      for (std::size_t i = 2; i < header; ++i) size = (size << 8U) | byte(i);
    }
    if (in_.size() - at < header + size) break;
    const std::string_view payload(in_.data() + at + header, size);
    if (!take_frame(static_cast<unsigned>(byte(0) & 0x0FU), payload)) return false;
    at += header + size;
  }
  in_.erase(0, at);
  return true;
}

// False: the connection has ended in the meantime.
bool Connection::take_frame(unsigned opcode, std::string_view payload) {
  if (opcode == 9) write_frame(10, payload);
  if (opcode == 8) {
    const int code = payload.size() >= 2 ? static_cast<int>(static_cast<unsigned char>(payload[0]) << 8U |
                                                            static_cast<unsigned char>(payload[1]))
                                         : 1005;
    fail(code, payload.size() > 2 ? std::string(payload.substr(2)) : "closed");
    return false;
  }
  if (opcode != 1) return true;
  std::vector<std::string_view> messages;
  for (std::size_t begin = 0; begin <= payload.size();) {
    auto end = payload.find('\n', begin);
    if (end == std::string_view::npos) end = payload.size();
    if (end > begin) messages.push_back(payload.substr(begin, end - begin));
    begin = end + 1;
  }
  handlers_.frame(messages);
  return fd_ >= 0;
}

}  // namespace load
