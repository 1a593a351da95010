#include "bench/wire/client.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace bench {
namespace {

std::unique_ptr<Socket> connect_to(int port) {
  auto s = std::make_unique<Socket>();
  s->fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const long give_up = now_nanos() + 3'000'000'000;
  while (connect(s->fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    if (errno != ECONNREFUSED || now_nanos() > give_up) {
      throw std::runtime_error(std::string("cannot connect: ") + std::strerror(errno));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return s;
}

}  // namespace

long now_nanos() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Socket::~Socket() {
  if (fd >= 0) close(fd);
}

void Socket::write(std::string_view bytes) {
  out += bytes;
  const ssize_t n = send(fd, out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n > 0) out.erase(0, static_cast<std::size_t>(n));
}

std::unique_ptr<Socket> connect_and_open(const Peer& peer, int port) {
  auto s = connect_to(port);
  const int on = 1;
  setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const std::string opening = peer.opening(port);
  if (send(s->fd, opening.data(), opening.size(), MSG_NOSIGNAL) < 0) throw std::runtime_error("send failed");
  while (!peer.opened(s->in)) {
    char buffer[4096];
    const ssize_t n = recv(s->fd, buffer, sizeof buffer, 0);
    if (n <= 0) throw std::runtime_error("the server closed before the opening was answered");
    s->in.append(buffer, static_cast<std::size_t>(n));
  }
  s->in.clear();
  fcntl(s->fd, F_SETFL, O_NONBLOCK);
  return s;
}

std::unique_ptr<Socket> connect_plain(int port) {
  auto s = connect_to(port);
  fcntl(s->fd, F_SETFL, O_NONBLOCK);
  return s;
}

std::optional<double> read_metric(const Peer& peer, int port, std::string_view name) {
  if (peer.metrics_path().empty()) return std::nullopt;
  const auto s = connect_to(port);
  s->write("GET " + peer.metrics_path() + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
           "\r\nConnection: close\r\n\r\n");
  std::string text;
  char buffer[16384];
  for (ssize_t n = 0; (n = recv(s->fd, buffer, sizeof buffer, 0)) > 0;)
    text.append(buffer, static_cast<std::size_t>(n));
  std::optional<double> sum;
  for (std::size_t line = 0; line != std::string::npos; line = text.find('\n', line + 1)) {
    const std::size_t at = line == 0 ? 0 : line + 1;
    if (text.compare(at, name.size(), name) != 0) continue;
    const char after = text[at + name.size()];
    if (after != ' ' && after != '{') continue;
    const std::size_t value = text.find(' ', at + name.size());
    sum = sum.value_or(0) + std::strtod(text.c_str() + value, nullptr);
  }
  return sum;
}

}  // namespace bench
