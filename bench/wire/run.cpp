#include "bench/wire/run.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "bench/wire/client.hpp"

namespace bench {
namespace {

class Run {
 public:
  Run(const Peer& peer, const Child& server, const Load& load) : peer_(peer), server_(server), load_(load) {}

  Figures go() {
    epoll_ = epoll_create1(0);
    for (int i = 0; i < load_.subscribers; ++i) open(peer_.join(load_.documents));
    Socket& publisher = open(peer_.prepare(load_.documents));
    const long settle = now_nanos() + 700'000'000;
    while (now_nanos() < settle) turn(publisher, 10);
    counting_ = true;
    Figures figures;
    const double cpu_before = server_.cpu_seconds();
    const long start = now_nanos();
    const long end = start + static_cast<long>(load_.seconds * 1e9);
    long next = start;
    while (now_nanos() < end) {
      if (now_nanos() >= next) {
        release(publisher, figures.published);
        next += load_.interval_ms * 1'000'000L;
      }
      turn(publisher, static_cast<int>(std::max(0L, (next - now_nanos()) / 1'000'000)));
    }
    figures.expected = figures.published * load_.subscribers;
    const long give_up = now_nanos() + 5'000'000'000;
    while (delivered_ < figures.expected && now_nanos() < give_up) turn(publisher, 10);
    figures.wall_seconds = static_cast<double>(now_nanos() - start) * 1e-9;
    figures.cpu_seconds = server_.cpu_seconds() - cpu_before;
    figures.delivered = delivered_;
    if (!latencies_.empty()) {
      std::sort(latencies_.begin(), latencies_.end());
      figures.p50_ms = latencies_[latencies_.size() / 2] * 1e-6;
      figures.p99_ms = latencies_[latencies_.size() * 99 / 100] * 1e-6;
    }
    close(epoll_);
    return figures;
  }

 private:
  Socket& open(const std::string& first) {
    sockets_.push_back(connect_and_open(peer_, server_.port()));
    Socket& s = *sockets_.back();
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &s;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, s.fd, &event);
    s.write(first);
    return s;
  }

  void release(Socket& publisher, long& number) {
    std::string bytes;
    const long now = now_nanos();
    for (int i = 0; i < load_.burst; ++i) {
      bytes += peer_.publish(number++, now + i, load_.message_bytes, load_.documents);
    }
    publisher.write(bytes);
  }

  void turn(Socket& publisher, int wait_ms) {
    epoll_event events[256];
    const int n = epoll_wait(epoll_, events, 256, wait_ms);
    for (int i = 0; i < n; ++i) {
      auto& s = *static_cast<Socket*>(events[i].data.ptr);
      read(s, &s != &publisher);
    }
    if (!publisher.out.empty()) publisher.write({});
  }

  void read(Socket& s, bool subscriber) {
    for (;;) {
      const ssize_t n = recv(s.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
      if (n == 0) throw std::runtime_error("the server closed a connection");
      if (n < 0) return;
      if (subscriber && counting_) count(s, {buffer_.data(), static_cast<std::size_t>(n)});
      if (static_cast<std::size_t>(n) < buffer_.size()) return;
    }
  }

  // Every message carries its time as "t":NANOS, once. A mark cut in two by the read is joined over `in`.
  void count(Socket& s, std::string_view bytes) {
    static constexpr std::string_view kMark = "\"t\":";
    std::string joined;
    if (!s.in.empty()) {
      joined = s.in;
      joined += bytes;
      bytes = joined;
      s.in.clear();
    }
    const long now = now_nanos();
    std::size_t at = 0;
    for (;;) {
      const auto found = bytes.find(kMark, at);
      if (found == std::string_view::npos) {
        s.in = bytes.substr(std::max(at, bytes.size() > 3 ? bytes.size() - 3 : 0));
        return;
      }
      if (bytes.size() < found + kMark.size() + 21) {
        s.in = bytes.substr(found);
        return;
      }
      const long sent = std::strtol(bytes.data() + found + kMark.size(), nullptr, 10);
      ++delivered_;
      if (delivered_ % 7 == 0) latencies_.push_back(static_cast<double>(now - sent));
      at = found + kMark.size() + 10;
    }
  }

  const Peer& peer_;
  const Child& server_;
  const Load load_;
  int epoll_ = -1;
  bool counting_ = false;
  long delivered_ = 0;
  std::vector<double> latencies_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
};

}  // namespace

Figures run(const Peer& peer, const Child& server, const Load& load) { return Run(peer, server, load).go(); }

}  // namespace bench
