#include "bench/wire/plague.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/wire/client.hpp"
#include "bench/wire/peer.hpp"

namespace bench {
namespace {

constexpr int kLines = 10;
constexpr int kSlowReaders = 100;
constexpr std::size_t kAhead = 64 * 1024;  // bytes that wait for one line

std::string hello(const std::string& user) {
  return client_frame(fmt::format(R"({{"id":1,"type":"hello","token":"dev:{}","clientId":"plague"}})", user));
}

// What a user can ask for that costs something.
std::string requests() {
  std::string all;
  for (int i = 0; i < 20; ++i) {
    const int id = 100 + i * 10;
    all += client_frame(fmt::format(
        R"({{"id":{},"type":"list","entityType":"Bench","filter":{{"text":{{"$contains":"{}"}}}},"sort":"-t","limit":500}})",
        id, i));
    all += client_frame(fmt::format(
        R"({{"id":{},"type":"mutate","mutationId":"bad-{}-{}","ops":[{{"op":"create","entityType":"Bad","data":{{"pad":"{}"}}}}]}})",
        id + 1, i, now_nanos(), std::string(2000, 'x')));
    all += client_frame(fmt::format(R"({{"id":{},"type":"ping"}})", id + 2));
    all += client_frame(fmt::format(
        R"({{"id":{},"type":"subscribe","subscription":{},"entityType":"Bench"}})", id + 3, i + 1));
  }
  return all;
}

std::string noise() {
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "{\"id\":1,\n";
  return client_frame(lines);
}

std::string http_requests(int port) {
  std::string all;
  for (int i = 0; i < 20; ++i) {
    all += fmt::format(
        "GET /api/v1/entities/Bench?limit=500 HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n"
        "Authorization: Bearer dev:mallory\r\n\r\n",
        port);
  }
  return all;
}

// One connection after the other, as fast as it is taken.
class Flood {
 public:
  Flood(Plague plague, int port) : plague_(plague), port_(port), peer_(make_peer("coterie")) {
    if (plague == Plague::flood) said_ = requests();
    if (plague == Plague::noise) said_ = noise();
    if (plague == Plague::http) said_ = http_requests(port);
  }

  [[noreturn]] void run(int ready) {
    std::vector<std::unique_ptr<Socket>> lines(kLines);
    for (auto& line : lines) come(line);
    static_cast<void>(::write(ready, "x", 1));
    std::vector<char> buffer(256 * 1024);
    for (;;) {
      bool moved = false;
      for (auto& line : lines) moved = go_on(line, buffer) || moved;
      if (!moved) usleep(200);
    }
  }

 private:
  void come(std::unique_ptr<Socket>& line) {
    try {
      line = plague_ == Plague::http ? connect_plain(port_) : connect_and_open(*peer_, port_);
      if (plague_ != Plague::http) line->write(hello("mallory"));
    } catch (const std::exception&) {
      line.reset();  // turned away; tries again
    }
  }

  bool go_on(std::unique_ptr<Socket>& line, std::vector<char>& buffer) {
    if (!line) {
      come(line);
      return true;
    }
    const ssize_t n = recv(line->fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN)) {
      line.reset();
      return true;
    }
    const std::size_t before = line->out.size();
    line->write(before < kAhead ? std::string_view(said_) : std::string_view());
    return n > 0 || line->out.size() < before + said_.size();
  }

  Plague plague_;
  int port_;
  std::unique_ptr<Peer> peer_;
  std::string said_;
};

[[noreturn]] void stand_slow(int port, int ready) {
  const auto peer = make_peer("coterie");
  std::vector<std::unique_ptr<Socket>> sockets;
  for (int i = 0; i < kSlowReaders; ++i) {
    sockets.push_back(connect_and_open(*peer, port));
    const int little = 4096;
    setsockopt(sockets.back()->fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    sockets.back()->write(
        hello(fmt::format("slow{}", i)) +
        client_frame(
            R"({"id":2,"type":"subscribe","subscription":1,"entityType":"Bench","snapshot":false})"));
  }
  static_cast<void>(::write(ready, "x", 1));
  for (;;) pause();
}

}  // namespace

PlagueProcess::PlagueProcess(Plague plague, int port) {
  if (plague == Plague::none) return;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpriority(PRIO_PROCESS, 0, 19);
    try {
      if (plague == Plague::slow) stand_slow(port, ends[1]);
      Flood(plague, port).run(ends[1]);
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "bench-wire: the plague failed: %s\n", failure.what());
      _exit(1);
    }
  }
  ::close(ends[1]);
  char byte = 0;
  const bool ready = ::read(ends[0], &byte, 1) == 1;
  ::close(ends[0]);
  if (!ready) throw std::runtime_error("the plague did not begin");
}

PlagueProcess::~PlagueProcess() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace bench
