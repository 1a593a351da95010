#include "bench/wire/filtered.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/wire/client.hpp"

namespace bench {
namespace {

std::string hello(std::string_view user) {
  return fmt::format(R"({{"id":1,"type":"hello","token":"dev:{}","clientId":"bench"}})", user);
}

std::string subscribe(const FilteredLoad& load, int room) {
  const int width = load.documents / load.rooms;
  std::string filter = fmt::format(R"({{"group":{}}})", room);
  if (!load.indexed)
    filter = fmt::format(R"({{"group":{{"$gte":{},"$lt":{}}}}})", room * width, (room + 1) * width);
  if (load.rooms == 1) filter = R"({"kind":"bench"})";
  return client_frame(
      hello("reader") + "\n" +
      fmt::format(R"({{"id":2,"type":"subscribe","subscription":1,"entityType":"Bench","filter":{}}})",
                  filter));
}

std::string create(int document) {
  return client_frame(fmt::format(
      R"({{"id":{},"type":"mutate","mutationId":"c-{}","ops":[{{"op":"create","entityType":"Bench","entityId":"d{}","data":{{"kind":"bench","group":{},"text":"{}","pad":""}}}}]}})",
      10 + document, document, document, document, std::string(260, 'u')));
}

// The ids hold the time: the same data may be loaded again, and must not be answered as a repetition.
std::string edit(long number, int documents) {
  return client_frame(fmt::format(
      R"({{"id":{},"type":"mutate","mutationId":"m-{}-{}","ops":[{{"op":"update","entityType":"Bench","entityId":"d{}","guard":{{"kind":"bench"}},"set":{{"pad":"{} {}"}}}}]}})",
      100000 + number, now_nanos(), number, number % documents, number, std::string(190, 'x')));
}

class Run {
 public:
  Run(const Peer& peer, const Child& server, const FilteredLoad& load)
      : peer_(peer), server_(server), load_(load), epoll_(epoll_create1(0)) {}
  ~Run() { close(epoll_); }

  FilteredFigures go() {
    Socket& writer = open(client_frame(hello("writer")));
    for (int i = 0; i < load_.documents; ++i) writer.write(create(i));
    settle(writer, 1'500'000'000);
    for (int i = 0; i < load_.rooms; ++i) open(subscribe(load_, i));
    settle(writer, 2'500'000'000);
    told_ = 0;

    FilteredFigures figures;
    const double cpu_before = server_.cpu_seconds();
    const long start = now_nanos();
    const long end = start + static_cast<long>(load_.seconds * 1e9);
    for (long now = start; now < end; now = now_nanos()) {
      const long due = static_cast<long>(static_cast<double>(now - start) * 1e-9 * load_.rate);
      while (figures.edits < due) writer.write(edit(figures.edits++, load_.documents));
      turn(writer, 1);
    }
    const long give_up = now_nanos() + 3'000'000'000;
    while (told_ < figures.edits && now_nanos() < give_up) turn(writer, 10);
    figures.cpu_seconds = server_.cpu_seconds() - cpu_before;
    figures.told = told_;
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

  void settle(Socket& writer, long nanos) {
    const long until = now_nanos() + nanos;
    while (now_nanos() < until) turn(writer, 10);
  }

  void turn(Socket& writer, int wait_ms) {
    epoll_event events[256];
    const int n = epoll_wait(epoll_, events, 256, wait_ms);
    for (int i = 0; i < n; ++i) read(*static_cast<Socket*>(events[i].data.ptr));
    if (!writer.out.empty()) writer.write({});
  }

  void read(Socket& s) {
    const ssize_t n = recv(s.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (n == 0) throw std::runtime_error("the server closed a connection");
    if (n < 0) return;
    static constexpr std::string_view kMark = R"("type":"event")";
    s.in.append(buffer_.data(), static_cast<std::size_t>(n));
    std::size_t past = 0;
    for (std::size_t at = s.in.find(kMark); at != std::string::npos; at = s.in.find(kMark, past)) {
      past = at + kMark.size();
      ++told_;
    }
    s.in.erase(0, std::max(past, s.in.size() > kMark.size() ? s.in.size() - kMark.size() : 0));
  }

  const Peer& peer_;
  const Child& server_;
  const FilteredLoad load_;
  int epoll_;
  long told_ = 0;
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
};

}  // namespace

FilteredFigures run_filtered(const Peer& peer, const Child& server, const FilteredLoad& load) {
  return Run(peer, server, load).go();
}

}  // namespace bench
