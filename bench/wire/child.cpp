#include "bench/wire/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace bench {
namespace {

void pin(int core) {
  if (sysconf(_SC_NPROCESSORS_ONLN) < 2) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(core), &set);
  sched_setaffinity(0, sizeof set, &set);
}

// The number at the end of the line that tells where the server listens; 0: not said yet.
int port_in(const std::string& text) {
  const auto at = text.find("listening on");
  if (at == std::string::npos) return 0;
  const auto end = text.find('\n', at);
  if (end == std::string::npos) return 0;
  auto begin = end;
  while (begin > at && text[begin - 1] >= '0' && text[begin - 1] <= '9') --begin;
  return begin == end ? 0 : std::stoi(text.substr(begin, end - begin));
}

}  // namespace

void pin_self(int core) { pin(core); }

Child::Child(const std::vector<std::string>& command, int core) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("pipe failed");
  pid_ = fork();
  if (pid_ == 0) {
    pin(core);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    std::vector<char*> argv;
    for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  output_ = ends[0];
  std::string said;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (port_ == 0 && std::chrono::steady_clock::now() < until) {
    pollfd wait{output_, POLLIN, 0};
    if (poll(&wait, 1, 200) <= 0) continue;
    char buffer[4096];
    const ssize_t n = ::read(output_, buffer, sizeof buffer);
    if (n <= 0) break;
    said.append(buffer, static_cast<std::size_t>(n));
    port_ = port_in(said);
  }
  if (port_ == 0) throw std::runtime_error(command[0] + " did not say where it listens: " + said);
  fcntl(output_, F_SETFL, O_NONBLOCK);
}

Child::~Child() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    for (int i = 0; i < 50; ++i) {
      if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
        pid_ = -1;
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }
  if (output_ >= 0) close(output_);
}

// schedstat counts nanoseconds where stat counts ticks of 10 ms.
double Child::cpu_seconds() const {
  double nanos = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/task")) {
    std::ifstream schedstat(task.path() / "schedstat");
    double of_task = 0;
    schedstat >> of_task;
    nanos += of_task;
  }
  return nanos * 1e-9;
}

long Child::resident_bytes() const {
  std::ifstream statm("/proc/" + std::to_string(pid_) + "/statm");
  long pages = 0;
  long resident = 0;
  statm >> pages >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace bench
