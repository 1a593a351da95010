// A client that writes until the power goes: several edits under way, remembers what was acknowledged, and
// sends again what it does not know.
#pragma once

#include <atomic>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "clients/cpp/connection.hpp"

namespace coterie::test {

class CrashWriter {
 public:
  CrashWriter(std::size_t number, std::uint64_t seed) : number_(number), random_(seed) {}

  // Signs in, sends again what is unknown, then edits until the line breaks or `stop` is set.
  void run(const std::string& url, const std::atomic<bool>& stop);
  // Sends again what is unknown, and every acknowledged mutation: a repeat must get its first answer. Returns
  // what went wrong.
  std::vector<std::string> repeat_all(const std::string& url);

  // By mutation id: the answer `committed` as text, without the request's id.
  const std::map<std::string, std::string>& acknowledged() const { return acknowledged_; }
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  std::string next_operation();
  bool send(Connection& connection, const std::string& mutation, const std::string& operations);
  bool take_answer(Connection& connection);

  std::size_t number_;
  std::mt19937_64 random_;
  std::uint64_t next_ = 1;
  std::map<std::string, std::string> unknown_;  // mutation id to its operations
  std::map<std::string, std::string> sent_;     // all that were ever sent
  std::map<std::string, std::string> acknowledged_;
  std::map<std::uint64_t, std::string> under_way_;  // request id to mutation id, of this connection
  std::vector<std::string> problems_;
};

}  // namespace coterie::test
