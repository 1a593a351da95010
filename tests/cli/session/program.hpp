// Runs the program as its users do: `coterie ARGS...`, with what it printed and how it ended.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace coterie::test {

struct Ended {
  int exit_code = -1;  // 128 + signal where one ended it
  std::string out;
  std::string err;
};

class Program {
 public:
  // Started when this returns; standard input is empty.
  Program(const std::filesystem::path& folder, std::vector<std::string> arguments);
  ~Program();  // SIGKILL, where it still runs
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Whether `text` was printed on standard output within 20 s.
  bool prints(const std::string& text) const;
  void signal(int number) const;
  Ended wait();

 private:
  std::string content(const char* stream) const;
  std::filesystem::path base_;
  pid_t pid_ = -1;
};

Ended run(const std::filesystem::path& folder, std::vector<std::string> arguments);

}  // namespace coterie::test
