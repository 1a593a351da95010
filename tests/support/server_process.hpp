// A real server as a child process, for the tests that need one: started on a free port of the loopback,
// found by the line it prints, ended politely or by SIGKILL, always by its own id. What it logs goes to a
// file beside the data.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace coterie::test {

// A folder under the system's temporary one, gone at the end.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& name);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class ServerProcess {
 public:
  // Runs `coterie serve --dev --data DATA --listen 127.0.0.1:0 MORE...` and waits until it listens.
  // Throws std::runtime_error, with what it logged, where it does not within 60 s.
  explicit ServerProcess(const std::filesystem::path& data, std::vector<std::string> more = {});
  ~ServerProcess();  // SIGKILL, where it still runs
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const std::string& url() const { return url_; }  // http://127.0.0.1:PORT
  int port() const { return port_; }
  pid_t pid() const { return pid_; }
  void kill();  // SIGKILL and wait: the power is gone
  int stop();   // SIGTERM and wait: its exit code; 128 + signal where one ended it
  std::string log() const;
  long resident_bytes() const;

 private:
  pid_t pid_ = -1;
  std::string url_;
  int port_ = 0;
  std::filesystem::path log_;
};

}  // namespace coterie::test
