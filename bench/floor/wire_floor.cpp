// The floors of delivery: what the least possible program spends to bring a publisher's messages to N
// sockets.
//   floor-wire a   one ready WebSocket frame with one send, for each message and each subscriber
//   floor-wire b   all that is pending for a socket in one send, once for each turn of the loop
// A client upgrades, says "sub" or "pub" in its first text frame; what a publisher says after that is
// broadcast. Prints "listening on PORT". One thread, epoll, no allocation on the way but the pending buffers.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

struct Peer {
  int fd = -1;
  bool upgraded = false;
  bool publisher = false;
  bool said = false;
  std::string in;
  std::string unsent;  // what the kernel did not take
};

class Floor {
 public:
  explicit Floor(bool once_a_turn) : once_a_turn_(once_a_turn) {}

  int run() {
    epoll_ = epoll_create1(0);
    listen_on_loopback();
    std::vector<epoll_event> events(1024);
    for (;;) {
      const int n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      if (n < 0 && errno != EINTR) return 1;
      for (int i = 0; i < n; ++i) serve(events[static_cast<std::size_t>(i)]);
      if (!turn_.empty()) {
        for (Peer* peer : subscribers_) write(*peer, turn_);
        turn_.clear();
      }
    }
  }

 private:
  void listen_on_loopback() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 4096) != 0)
      std::abort();
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
    std::printf("listening on %d\n", ntohs(address.sin_port));
    std::fflush(stdout);
  }

  void watch(int fd, std::uint32_t what, int operation) const {
    epoll_event event{};
    event.events = what;
    event.data.fd = fd;
    epoll_ctl(epoll_, operation, fd, &event);
  }

  void serve(const epoll_event& event) {
    if (event.data.fd == listener_) return accept_all();
    const auto found = peers_.find(event.data.fd);
    if (found == peers_.end()) return;
    Peer& peer = *found->second;
    if ((event.events & EPOLLOUT) != 0) write(peer, {});
    if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && !read(peer)) drop(peer);
  }

  void accept_all() {
    for (;;) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (fd < 0) return;
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      auto peer = std::make_unique<Peer>();
      peer->fd = fd;
      peers_.emplace(fd, std::move(peer));
      watch(fd, EPOLLIN, EPOLL_CTL_ADD);
    }
  }

  void drop(Peer& peer) {
    std::erase(subscribers_, &peer);
    close(peer.fd);
    peers_.erase(peer.fd);
  }

  bool read(Peer& peer) {
    char buffer[65536];
    for (;;) {
      const ssize_t n = recv(peer.fd, buffer, sizeof buffer, 0);
      if (n == 0) return false;
      if (n < 0) break;
      peer.in.append(buffer, static_cast<std::size_t>(n));
      if (static_cast<std::size_t>(n) < sizeof buffer) break;
    }
    if (!peer.upgraded) upgrade(peer);
    if (peer.upgraded) take_frames(peer);
    return true;
  }

  // The client of the benchmark does not check the accept key, and the floor does not compute it.
  void upgrade(Peer& peer) {
    const auto end = peer.in.find("\r\n\r\n");
    if (end == std::string::npos) return;
    peer.in.erase(0, end + 4);
    peer.upgraded = true;
    write(peer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  }

  void take_frames(Peer& peer) {
    std::size_t at = 0;
    for (;;) {
      const std::size_t left = peer.in.size() - at;
      if (left < 6) break;
      const auto* bytes = reinterpret_cast<const unsigned char*>(peer.in.data() + at);
      std::size_t size = bytes[1] & 0x7FU;
      std::size_t header = 6;
      if (size == 126) {
        if (left < 8) break;
        size = (std::size_t{bytes[2]} << 8U) | bytes[3];
        header = 8;
      }
      if (left < header + size) break;
      char* payload = peer.in.data() + at + header;
      for (std::size_t i = 0; i < size; ++i)
        payload[i] = static_cast<char>(payload[i] ^ bytes[header - 4 + i % 4]);
      take(peer, {payload, size});
      at += header + size;
    }
    peer.in.erase(0, at);
  }

  void take(Peer& peer, std::string_view message) {
    if (!peer.said) {
      peer.said = true;
      peer.publisher = message == "pub";
      if (!peer.publisher) subscribers_.push_back(&peer);
      return;
    }
    if (!peer.publisher) return;
    frame_.clear();
    frame_.push_back(static_cast<char>(0x81));
    if (message.size() < 126) {
      frame_.push_back(static_cast<char>(message.size()));
    } else {
      frame_.push_back(126);
      frame_.push_back(static_cast<char>(message.size() >> 8U));
      frame_.push_back(static_cast<char>(message.size() & 0xFFU));
    }
    frame_ += message;
    if (once_a_turn_) {
      turn_ += frame_;
    } else {
      for (Peer* subscriber : subscribers_) write(*subscriber, frame_);
    }
  }

  void write(Peer& peer, std::string_view bytes) {
    if (!peer.unsent.empty()) {
      peer.unsent += bytes;
      const ssize_t n = send(peer.fd, peer.unsent.data(), peer.unsent.size(), MSG_NOSIGNAL);
      if (n > 0) peer.unsent.erase(0, static_cast<std::size_t>(n));
      if (peer.unsent.empty()) watch(peer.fd, EPOLLIN, EPOLL_CTL_MOD);
      return;
    }
    if (bytes.empty()) return;
    ssize_t n = send(peer.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0) n = 0;
    if (static_cast<std::size_t>(n) < bytes.size()) {
      peer.unsent = bytes.substr(static_cast<std::size_t>(n));
      watch(peer.fd, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    }
  }

  bool once_a_turn_;
  int epoll_ = -1;
  int listener_ = -1;
  std::unordered_map<int, std::unique_ptr<Peer>> peers_;
  std::vector<Peer*> subscribers_;
  std::string frame_;
  std::string turn_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc == 2 ? argv[1] : "";
  if (mode != "a" && mode != "b") {
    std::fprintf(stderr,
                 "usage: floor-wire a|b\n  a: one send for each message\n  b: one send for each turn\n");
    return 2;
  }
  return Floor(mode == "b").run();
}
