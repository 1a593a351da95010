// A real server under people at desks, for minutes or for an hour: no promise broken, no memory that only
// grows. The environment may say for how many seconds, with how many users, and how far memory may grow.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/server_process.hpp"

using namespace coterie::test;

namespace {

std::string or_else(const char* variable, const char* otherwise) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != 0 ? value : otherwise;
}

struct Loaded {
  int exit_code = -1;
  std::string out;  // the table
};

// Its progress goes on to standard error, so that an hour is not silent.
Loaded load(const std::filesystem::path& folder, std::vector<std::string> arguments) {
  std::vector<char*> argv;
  std::string program = COTERIE_LOAD_BINARY;
  argv.push_back(program.data());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const std::string out = (folder / "load.out").string();
  const pid_t pid = fork();
  if (pid == 0) {
    const int to = open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (to < 0 || dup2(to, STDOUT_FILENO) < 0) _exit(126);
    execv(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  std::ostringstream text;
  text << std::ifstream(out).rdbuf();
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text.str()};
}

}  // namespace

TEST_CASE("Soak: people at desks break no promise of the server's, and its memory does not grow") {
  const TemporaryFolder folder("soak");
  ServerProcess server(folder.path() / "data");

  const Loaded loaded =
      load(folder.path(),
           {"--url", server.url(), "--profile", "desk", "--users", or_else("COTERIE_SOAK_USERS", "100"),
            "--seconds", or_else("COTERIE_SOAK_SECONDS", "300"), "--fill", "100", "--memory-growth",
            or_else("COTERIE_SOAK_GROWTH", "15"), "--out",
            or_else("COTERIE_SOAK_REPORT", (folder.path() / "load").c_str())});

  MESSAGE(loaded.out);
  CHECK(loaded.exit_code == 0);
  CHECK(server.stop() == 0);
}
