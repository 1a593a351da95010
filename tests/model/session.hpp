// The server's side of one line: what net's session does between bytes and services, without the bytes.
//
//   open ── hello ──▶ welcomed ── the line breaks, or is closed ──▶ left
//
// Thread: loop.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "server/sync/subscriber.hpp"
#include "tests/model/line.hpp"

namespace coterie::model {

class Server;

class Session {
 public:
  Session(Server& server, std::shared_ptr<Line> line);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  bool reads() const;   // whether it would take a request now
  void take_request();  // the next one of the line
  bool tell_drained();  // false: there is nothing to tell
  void sweep();
  void ping();
  Line& line() { return *line_; }
  std::uint64_t number() const { return subscriber_ ? subscriber_->number() : 0; }
  std::string state() const;  // in words, for who wonders why it does not come to rest

 private:
  void hello(RequestId id, Hello hello);
  void refuse(std::optional<RequestId> id, const Error& error);

  Server& server_;
  std::shared_ptr<Line> line_;
  SessionId id_;
  std::optional<Subscriber> subscriber_;
};

}  // namespace coterie::model
