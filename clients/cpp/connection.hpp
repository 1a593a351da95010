// One session with a server: it says hello, asks and is answered, and keeps what is pushed meanwhile in
// order. A frame's messages are handed out together, and the position moves as a frame is handed out, never
// back: nobody sees half a transaction, and what was not taken is asked for again on resume. Thread: one.
// Law 3.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "clients/cpp/client_error.hpp"
#include "clients/cpp/server_url.hpp"
#include "clients/cpp/websocket.hpp"

namespace coterie {

struct ConnectOptions {
  ServerUrl url;
  std::string token;
  std::string client_id = "coterie-cli";  // a label that events carry
  std::chrono::milliseconds timeout{10'000};
};

// What a hello says besides the token.
struct Resumption {
  boost::json::array subscriptions;
  boost::json::value position;  // null: from now
  std::string resume;           // the secret of the last welcome; empty: a new session
};

using Messages = std::vector<boost::json::object>;

class Connection {
 public:
  static ClientResult<Connection> connect(const ConnectOptions& options, const Resumption& resumption = {});

  const boost::json::object& welcome() const { return welcome_; }
  const boost::json::value& position() const { return position_; }  // send back whole

  // Sends a request (its `id` is set here) and waits for its answer, whatever its type: `error` too.
  ClientResult<boost::json::object> request(boost::json::object message,
                                            std::chrono::milliseconds timeout = std::chrono::milliseconds{
                                                15'000});
  // The two halves, for several requests under way.
  ClientResult<std::uint64_t> send(boost::json::object message);
  ClientResult<boost::json::object> answer(std::uint64_t id, std::chrono::milliseconds timeout);

  // The pushes of the next frame that holds any; empty: none came within `timeout`. Pings are answered
  // inside.
  ClientResult<Messages> next_pushes(std::chrono::milliseconds timeout);

  void close();  // ends the session at once, its locks and presence with it

 private:
  using Clock = std::chrono::steady_clock;
  Connection(ConnectOptions options, ClientSocket socket)
      : options_(std::move(options)), socket_(std::move(socket)) {}
  ClientResult<void> say_hello(const Resumption& resumption);
  // Reads one frame and sorts its messages into answers and pushes; false: none came in time.
  ClientResult<bool> read_frame(Clock::time_point until);
  ClientResult<void> take(Messages messages);
  void move_position(const boost::json::object& message);

  ConnectOptions options_;
  ClientSocket socket_;
  boost::json::object welcome_;
  boost::json::value position_;
  std::uint64_t last_id_ = 0;
  std::set<std::uint64_t> under_way_;                     // requests that wait for their answer
  std::map<std::uint64_t, boost::json::object> answers_;  // not asked for yet
  std::deque<Messages> frames_;                           // pushes not handed out yet, with the frame's pings
  boost::json::value goodbye_;                            // the server's, once it has said it
};

}  // namespace coterie
