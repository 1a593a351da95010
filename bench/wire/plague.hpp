// The one who means ill, as a process of its own at the lowest priority: what it does costs the server, and
// as little as possible of the core that measures. Ended by its id.
#pragma once

#include <sys/types.h>

#include "bench/wire/abuse.hpp"

namespace bench {

class PlagueProcess {
 public:
  PlagueProcess(Plague plague, int port);  // at work when this returns
  ~PlagueProcess();                        // SIGKILL: its connections end without a word
  PlagueProcess(const PlagueProcess&) = delete;
  PlagueProcess& operator=(const PlagueProcess&) = delete;

 private:
  pid_t pid_ = -1;
};

}  // namespace bench
