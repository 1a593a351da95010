#include "tests/support/server_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>

namespace coterie::test {

TemporaryFolder::TemporaryFolder(const std::string& name) {
  std::random_device random;
  path_ = std::filesystem::temp_directory_path() / ("coterie-" + name + "-" + std::to_string(random()));
  std::filesystem::create_directories(path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

ServerProcess::ServerProcess(const std::filesystem::path& data, std::vector<std::string> more)
    : log_(data.string() + ".log") {
  std::vector<std::string> words{COTERIE_BINARY, "serve",    "--dev",      "--data",
                                 data.string(),  "--listen", "127.0.0.1:0"};
  words.insert(words.end(), more.begin(), more.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
  pid_ = fork();
  if (pid_ == 0) {
    dup2(ends[1], STDOUT_FILENO);
    const int log = open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(log, STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  ::close(ends[1]);
  std::string said;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < until) {
    pollfd wait{ends[0], POLLIN, 0};
    if (poll(&wait, 1, 200) <= 0) continue;
    char buffer[1024];
    const ssize_t n = read(ends[0], buffer, sizeof buffer);
    if (n <= 0) break;
    said.append(buffer, static_cast<std::size_t>(n));
    const auto at = said.find("listening on ");
    const auto end = at == std::string::npos ? at : said.find('\n', at);
    if (end == std::string::npos) continue;
    url_ = said.substr(at + 13, end - at - 13);
    break;
  }
  ::close(ends[0]);
  if (url_.empty()) {
    kill();
    throw std::runtime_error("the server did not start: " + said + log());
  }
  port_ = std::stoi(url_.substr(url_.rfind(':') + 1));
}

ServerProcess::~ServerProcess() { kill(); }

void ServerProcess::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

int ServerProcess::stop() {
  if (pid_ <= 0) return -1;
  ::kill(pid_, SIGTERM);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string ServerProcess::log() const {
  std::ifstream file(log_);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

long ServerProcess::resident_bytes() const {
  std::ifstream statm("/proc/" + std::to_string(pid_) + "/statm");
  long pages = 0;
  long resident = 0;
  statm >> pages >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace coterie::test
