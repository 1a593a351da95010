#include "bench/wire/run.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "bench/wire/client.hpp"
#include "bench/wire/marks.hpp"

namespace bench {
namespace {

class Run {
 public:
  Run(const Peer& peer, const Child& server, const Load& load) : peer_(peer), server_(server), load_(load) {}

  Figures go() {
    epoll_ = epoll_create1(0);
    for (int i = 0; i < load_.subscribers; ++i) watch(open(peer_.join(load_.documents)));
    Socket& publisher = open(peer_.prepare(load_.documents));
    watch(publisher);
    std::vector<Socket*> stalled;
    for (int i = 0; i < load_.stalled; ++i) stalled.push_back(&open(peer_.join(load_.documents)));
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
        figures.most_resident = std::max(figures.most_resident, server_.resident_bytes());
      }
      turn(publisher, static_cast<int>(std::max(0L, (next - now_nanos()) / 1'000'000)));
    }
    figures.expected = figures.published * load_.subscribers;
    const long give_up = now_nanos() + 5'000'000'000;
    while (delivered_ < figures.expected && now_nanos() < give_up) turn(publisher, 10);
    figures.wall_seconds = static_cast<double>(now_nanos() - start) * 1e-9;
    figures.cpu_seconds = server_.cpu_seconds() - cpu_before;
    figures.delivered = delivered_;
    figures.latency = percentiles(std::move(latencies_));
    const long before = now_nanos();
    for (Socket* socket : stalled) read_late(*socket, publisher, figures);
    figures.stalled_wall_seconds = static_cast<double>(now_nanos() - before) * 1e-9;
    close(epoll_);
    return figures;
  }

 private:
  Socket& open(const std::string& first) {
    sockets_.push_back(connect_and_open(peer_, server_.port()));
    sockets_.back()->write(first);
    return *sockets_.back();
  }

  void watch(Socket& s) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &s;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, s.fd, &event);
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

  void count(Socket& s, std::string_view bytes) {
    const long now = now_nanos();
    read_marks(s.in, bytes, [&](long sent) {
      ++delivered_;
      if (delivered_ % 7 == 0) latencies_.push_back(static_cast<double>(now - sent));
    });
  }

  // One that has read nothing so far reads all there is, and holds it against what was published.
  void read_late(Socket& s, Socket& publisher, Figures& figures) {
    long last = 0;
    long taken = 0;
    const long give_up = now_nanos() + 60'000'000'000;
    while (taken < figures.published && now_nanos() < give_up) {
      const ssize_t n = recv(s.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
      if (n == 0) throw std::runtime_error("the server closed the connection of a stalled reader");
      if (n < 0) {
        turn(publisher, 1);
        continue;
      }
      read_marks(s.in, {buffer_.data(), static_cast<std::size_t>(n)}, [&](long sent) {
        if (sent <= last) figures.stalled_in_order = false;
        last = sent;
        ++taken;
      });
    }
    figures.stalled_delivered += taken;
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
