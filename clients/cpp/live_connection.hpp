// A session that outlives its connections: when one is lost it waits, comes back with its position, and goes
// on with exactly what it missed, or with a snapshot where the server no longer knows. It gives up only where
// the server says that coming back is of no use (close codes 4000 to 4099, a refused token).
//
//     connecting -> live -> waiting -> connecting -> live ...
//                             `-> over (told to stop coming, or stopped by the caller)
//
// Thread: one. Law 3.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "clients/cpp/backoff.hpp"
#include "clients/cpp/connection.hpp"

namespace coterie {

class LiveConnection {
 public:
  struct Observer {
    // "reconnecting in 2 s: the connection was lost ..."; a sentence for the person who waits.
    std::function<void(const std::string& sentence)> waiting;
    std::function<void(const boost::json::object& welcome)> welcomed;  // after each connect
    std::function<bool()> stopped;  // asked often while waiting; true ends next()
  };

  LiveConnection(ConnectOptions options, boost::json::array subscriptions, Observer observer,
                 std::uint64_t seed);

  // The first connection: an error here is for the caller, there is nothing to come back to yet.
  ClientResult<void> start();
  // The pushes of the next frame; empty: none within `timeout`, or stopped. An error means that it is over.
  ClientResult<Messages> next(std::chrono::milliseconds timeout);
  void close();

 private:
  ClientResult<void> connect();
  ClientResult<void> come_back(ClientError why);
  std::chrono::milliseconds delay_after(const ClientError& why);
  bool wait(std::chrono::milliseconds delay);

  ConnectOptions options_;
  boost::json::array subscriptions_;
  Observer observer_;
  Backoff backoff_;
  std::optional<Connection> connection_;
  boost::json::value position_;
  std::string resume_;
};

}  // namespace coterie
