#include "bench/wire/edits.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <deque>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/wire/client.hpp"

namespace bench {
namespace {

struct Writer {
  std::unique_ptr<Socket> socket;
  std::deque<long> sent;  // times of the edits under way; answers of one connection come in the order sent
};

class Run {
 public:
  Run(const Peer& peer, const Child& server, const EditLoad& load)
      : peer_(peer), server_(server), load_(load) {}

  EditFigures go() {
    epoll_ = epoll_create1(0);
    for (int i = 0; i < load_.writers; ++i) open(i);
    const long settle = now_nanos() + 1'500'000'000;
    while (now_nanos() < settle) turn(10);
    answered_ = 0;
    measuring_ = true;
    const std::optional<double> edits_before = metric("coterie_group_edits_sum");
    const std::optional<double> groups_before = metric("coterie_group_edits_count");
    const double cpu_before = server_.cpu_seconds();
    const long start = now_nanos();
    const long end = start + static_cast<long>(load_.seconds * 1e9);
    long now = start;
    while ((now = now_nanos()) < end) {
      send_more(now - start);
      turn(1);
    }
    EditFigures figures;
    figures.answered = answered_;
    figures.wall_seconds = static_cast<double>(now_nanos() - start) * 1e-9;
    figures.cpu_seconds = server_.cpu_seconds() - cpu_before;
    if (edits_before && groups_before) {
      const double groups = metric("coterie_group_edits_count").value() - *groups_before;
      if (groups > 0)
        figures.mean_group = (metric("coterie_group_edits_sum").value() - *edits_before) / groups;
    }
    figures.latency = percentiles(std::move(latencies_));
    close(epoll_);
    return figures;
  }

 private:
  std::optional<double> metric(std::string_view name) const {
    return read_metric(peer_, server_.port(), name);
  }

  void open(int number) {
    auto writer = std::make_unique<Writer>();
    writer->socket = connect_and_open(peer_, server_.port());
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = writer.get();
    epoll_ctl(epoll_, EPOLL_CTL_ADD, writer->socket->fd, &event);
    // The first writer makes the documents; sign-in is the same for all.
    writer->socket->write(peer_.prepare(number == 0 ? load_.documents : 0));
    writers_.push_back(std::move(writer));
  }

  void send_more(long elapsed) {
    if (load_.rate > 0) {
      const long due = static_cast<long>(static_cast<double>(elapsed) * 1e-9 * load_.rate);
      while (next_ < due) send_one(*writers_[static_cast<std::size_t>(next_) % writers_.size()]);
      return;
    }
    for (auto& writer : writers_) {
      while (writer->sent.size() < static_cast<std::size_t>(load_.window)) send_one(*writer);
    }
  }

  void send_one(Writer& writer) {
    const long now = now_nanos();
    writer.sent.push_back(now);
    writer.socket->write(peer_.publish(next_++, now, load_.message_bytes, load_.documents));
  }

  void turn(int wait_ms) {
    epoll_event events[256];
    const int n = epoll_wait(epoll_, events, 256, wait_ms);
    for (int i = 0; i < n; ++i) read(*static_cast<Writer*>(events[i].data.ptr));
    for (auto& writer : writers_) {
      if (!writer->socket->out.empty()) writer->socket->write({});
    }
  }

  void read(Writer& writer) {
    const ssize_t n = recv(writer.socket->fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (n == 0) throw std::runtime_error("the server closed a connection");
    if (n < 0) return;
    std::string& in = writer.socket->in;
    in.append(buffer_.data(), static_cast<std::size_t>(n));
    count(writer, in, "\"committed\"", answered_);
    // What may still become a mark stays.
    if (in.size() > 12) in.erase(0, in.size() - 12);
  }

  void count(Writer& writer, std::string& in, std::string_view mark, long& counter) {
    std::size_t at = 0;
    std::size_t past = 0;
    const long now = now_nanos();
    while ((at = in.find(mark, at)) != std::string::npos) {
      at += mark.size();
      past = at;
      ++counter;
      if (!measuring_ || writer.sent.empty()) continue;
      latencies_.push_back(static_cast<double>(now - writer.sent.front()));
      writer.sent.pop_front();
    }
    in.erase(0, past);
  }

  const Peer& peer_;
  const Child& server_;
  const EditLoad load_;
  int epoll_ = -1;
  bool measuring_ = false;
  long next_ = 0;
  long answered_ = 0;
  std::vector<double> latencies_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
};

}  // namespace

EditFigures run_edits(const Peer& peer, const Child& server, const EditLoad& load) {
  return Run(peer, server, load).go();
}

}  // namespace bench
