#include "tests/cli/session/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

namespace coterie::test {
namespace {

void redirect(const std::string& path, int flags, int to) {
  const int descriptor = open(path.c_str(), flags, 0600);
  if (descriptor < 0 || dup2(descriptor, to) < 0) _exit(126);
}

}  // namespace

Program::Program(const std::filesystem::path& folder, std::vector<std::string> arguments) {
  static int count = 0;
  base_ = folder / ("program-" + std::to_string(++count));
  std::vector<char*> argv;
  std::string program = COTERIE_BINARY;
  argv.push_back(program.data());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const std::string out = base_.string() + ".out", err = base_.string() + ".err";
  pid_ = fork();
  if (pid_ != 0) return;
  redirect("/dev/null", O_RDONLY, 0);
  redirect(out, O_WRONLY | O_CREAT | O_TRUNC, 1);
  redirect(err, O_WRONLY | O_CREAT | O_TRUNC, 2);
  execv(COTERIE_BINARY, argv.data());
  _exit(127);
}

Program::~Program() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string Program::content(const char* stream) const {
  std::ostringstream text;
  text << std::ifstream(base_.string() + stream).rdbuf();
  return text.str();
}

bool Program::prints(const std::string& text) const {
  for (int tries = 0; tries < 400; ++tries) {
    if (content(".out").find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  return false;
}

void Program::signal(int number) const { kill(pid_, number); }

Ended Program::wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, content(".out"), content(".err")};
}

Ended run(const std::filesystem::path& folder, std::vector<std::string> arguments) {
  return Program(folder, std::move(arguments)).wait();
}

}  // namespace coterie::test
