// Asks until it is answered: comes back after a lost connection and repeats the request, waits where the
// server says that it may succeed later. Safe for questions, and for mutations because the server does each
// mutationId once. Thread: one. Law 4.
#pragma once

#include <functional>
#include <optional>

#include "clients/cpp/backoff.hpp"
#include "clients/cpp/connection.hpp"

namespace coterie {

class SteadyConnection {
 public:
  SteadyConnection(ConnectOptions options, std::uint64_t seed)
      : options_(std::move(options)), backoff_(seed) {}

  // The first connection is not tried again: nobody there is something to be told at once.
  ClientResult<void> open();
  const boost::json::object& welcome() const { return connection_->welcome(); }

  // The answer, whatever its type; an `error` that asks for patience only after `kTries` of it.
  ClientResult<boost::json::object> ask(const boost::json::object& request);
  void close();

  // Told before each wait, in a sentence. Empty: nobody is told.
  std::function<void(const std::string& sentence)> waiting;

 private:
  static constexpr int kTries = 6;
  void wait(std::chrono::milliseconds delay, const std::string& why);

  ConnectOptions options_;
  Backoff backoff_;
  std::optional<Connection> connection_;
};

}  // namespace coterie
