// A client that listens to everything through all crashes: it comes back with its position, and must be sent
// exactly what it missed.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "clients/cpp/connection.hpp"

namespace coterie::test {

class CrashReader {
 public:
  // Listens until the line breaks, or until it is quiet for `quiet` once `stop` is set.
  void run(const std::string& url, const std::atomic<bool>& stop, std::chrono::milliseconds quiet);

  struct Seen {
    std::uint64_t seq;
    std::string key;  // Type/id
    std::uint64_t version;
    std::string mutation;
  };
  const std::vector<Seen>& seen() const { return seen_; }
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  void take(const boost::json::object& message);

  Resumption resumption_;
  bool before_ = false;
  std::map<std::string, std::uint64_t> versions_;
  std::vector<Seen> seen_;
  std::vector<std::string> problems_;
};

}  // namespace coterie::test
