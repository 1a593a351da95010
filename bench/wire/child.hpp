// A server under measurement: started pinned to one core, its port read from its first lines, its CPU time
// and memory read from /proc, ended by its id.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace bench {

class Child {
 public:
  // Runs `command` (argv) on the given core and waits up to 20 s for a line that holds `listening on`; the
  // number at the end of that line is the port. Throws std::runtime_error with what the child printed
  // otherwise.
  Child(const std::vector<std::string>& command, int core);
  ~Child();  // SIGTERM, after 5 s SIGKILL
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int port() const { return port_; }
  double cpu_seconds() const;  // user and system, of all its threads
  long resident_bytes() const;

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  int port_ = 0;
};

// Pins the calling process to one core; nothing happens where there is only one.
void pin_self(int core);

}  // namespace bench
