#include "bench/wire/abuse.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "bench/wire/client.hpp"
#include "bench/wire/marks.hpp"
#include "bench/wire/peer.hpp"
#include "bench/wire/percentiles.hpp"
#include "bench/wire/plague.hpp"

namespace bench {
namespace {

constexpr int kDocuments = 50;
constexpr double kSettle = 0.3;  // seconds after a plague has come or gone that are not measured

class Run {
 public:
  Run(const Child& server, Plague plague, const AbuseLoad& load)
      : server_(server), plague_(plague), load_(load), peer_(make_peer("coterie")) {}

  AbuseFigures go() {
    epoll_ = epoll_create1(0);
    for (int i = 0; i < load_.people; ++i) come(i);
    spend(1.5);  // the documents are made, everybody is there
    std::vector<double> calm;
    std::vector<double> with;
    for (int round = 0; round < load_.rounds; ++round) {
      spend(kSettle);
      figures_.p99_calm_ms.push_back(measure(calm, figures_.cpu_calm));
      const PlagueProcess plague(plague_, server_.port());
      spend(kSettle);
      figures_.p99_with_ms.push_back(measure(with, figures_.cpu_with));
    }
    const Percentiles of_calm = percentiles(std::move(calm));
    const Percentiles of_with = percentiles(std::move(with));
    figures_.p50_calm_ms = of_calm.p50_ms;
    figures_.p50_with_ms = of_with.p50_ms;
    figures_.whole_calm_ms = of_calm.p99_ms;
    figures_.whole_with_ms = of_with.p99_ms;
    figures_.cpu_calm /= load_.rounds * load_.seconds;
    figures_.cpu_with /= load_.rounds * load_.seconds;
    figures_.refused =
        static_cast<long>(read_metric(*peer_, server_.port(), "coterie_limit_hits_total").value_or(0));
    close(epoll_);
    return figures_;
  }

 private:
  void come(int number) {
    auto socket = connect_and_open(*peer_, server_.port());
    std::string first = client_frame(
        fmt::format(R"({{"id":1,"type":"hello","token":"dev:person{}","clientId":"bench"}})", number) + "\n" +
        R"({"id":2,"type":"subscribe","subscription":1,"entityType":"Bench","snapshot":false})");
    for (int i = number; i < kDocuments; i += load_.people) {
      first += client_frame(fmt::format(
          R"({{"id":{},"type":"mutate","mutationId":"c-{}","ops":[{{"op":"create","entityType":"Bench","entityId":"d{}","data":{{"kind":"bench"}}}}]}})",
          10 + i, i, i));
    }
    socket->write(first);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = socket.get();
    epoll_ctl(epoll_, EPOLL_CTL_ADD, socket->fd, &event);
    people_.push_back(std::move(socket));
  }

  // Goes on at the calm rate for so long; the latencies of what is delivered meanwhile go to `latencies_`.
  void spend(double seconds) {
    const long end = now_nanos() + static_cast<long>(seconds * 1e9);
    if (next_ == 0) next_ = now_nanos();
    const long interval = static_cast<long>(1e9 / load_.rate);
    long now = 0;
    while ((now = now_nanos()) < end) {
      // Behind by more than that the driver was held up, not the server.
      if (now - next_ > 20'000'000) next_ = now;
      if (now >= next_) {
        edit(now);
        next_ += interval;
      }
      turn(1);
    }
  }

  double measure(std::vector<double>& all, double& cpu) {
    latencies_.clear();
    const double before = server_.cpu_seconds();
    spend(load_.seconds);
    cpu += server_.cpu_seconds() - before;
    all.insert(all.end(), latencies_.begin(), latencies_.end());
    return percentiles(std::exchange(latencies_, {})).p99_ms;
  }

  void edit(long now) {
    Socket& writer = *people_[static_cast<std::size_t>(edits_) % people_.size()];
    writer.write(client_frame(fmt::format(
        R"({{"id":{},"type":"mutate","mutationId":"m-{}","ops":[{{"op":"update","entityType":"Bench","entityId":"d{}","guard":{{"kind":"bench"}},"set":{{"t":{},"pad":"{} {}"}}}}]}})",
        1000 + edits_, now, edits_ % kDocuments, now, edits_, std::string(load_.message_bytes, 'x'))));
    ++edits_;
    figures_.expected += load_.people;
  }

  void turn(int wait_ms) {
    epoll_event events[256];
    const int n = epoll_wait(epoll_, events, 256, wait_ms);
    for (int i = 0; i < n; ++i) read(*static_cast<Socket*>(events[i].data.ptr));
    for (const auto& socket : people_) {
      if (!socket->out.empty()) socket->write({});
    }
  }

  void read(Socket& socket) {
    const ssize_t n = recv(socket.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (n == 0) throw std::runtime_error("the server cut one who did nothing wrong");
    if (n < 0) return;
    const long now = now_nanos();
    read_marks(socket.in, {buffer_.data(), static_cast<std::size_t>(n)}, [&](long sent) {
      ++figures_.delivered;
      latencies_.push_back(static_cast<double>(now - sent));
    });
  }

  const Child& server_;
  const Plague plague_;
  const AbuseLoad load_;
  std::unique_ptr<Peer> peer_;
  AbuseFigures figures_;
  int epoll_ = -1;
  long edits_ = 0;
  long next_ = 0;
  std::vector<double> latencies_;
  std::vector<std::unique_ptr<Socket>> people_;
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
};

}  // namespace

Plague plague_of(const std::string& name) {
  if (name == "none") return Plague::none;
  if (name == "flood") return Plague::flood;
  if (name == "noise") return Plague::noise;
  if (name == "http") return Plague::http;
  if (name == "slow") return Plague::slow;
  throw std::runtime_error("there is no plague " + name + "; known: none, flood, noise, http, slow");
}

AbuseFigures run_abuse(const Child& server, Plague plague, const AbuseLoad& load) {
  return Run(server, plague, load).go();
}

}  // namespace bench
