// A session that was welcomed, whatever carries its bytes: its user's place among the connections, its entry
// in the registry, and its Subscriber. Given back by its destructor; the session itself lives on for its
// grace, unless it was closed cleanly. Thread: loop. Laws 6, 7, 8.
#pragma once

#include <string>
#include <string_view>

#include "server/auth/authenticator.hpp"
#include "server/net/net_core.hpp"
#include "server/net/token_clock.hpp"
#include "server/sync/session_registry.hpp"
#include "server/sync/subscriber.hpp"

namespace coterie {

// A hello, and who says it.
struct SignedHello {
  RequestId id;
  Hello hello;
  Identity identity;
  std::string user_agent{};  // of a stream: its request's
};

// Where a connection comes from, for the log and for operators.
struct ConnectionOrigin {
  std::string_view carrier;  // websocket, sse
  std::string address;
  std::string user_agent;  // as the client says
  Timestamp since;
};

class LiveSession {
 public:
  // Takes the place of one more connection of that user, and opens or resumes the session. Error `limit`: too
  // many connections; `unauthorized`: the session to be resumed is another user's. What it returns is for the
  // constructor.
  static Result<OpenedSession> open(NetCore& core, const SignedHello& hello);

  // `sink` outlives it.
  LiveSession(NetCore& core, FrameSink& sink, const OpenedSession& opened, const SignedHello& hello,
              ConnectionOrigin origin);
  ~LiveSession();
  LiveSession(const LiveSession&) = delete;
  LiveSession& operator=(const LiveSession&) = delete;

  // Answers the hello and takes up its subscriptions.
  void welcome(const OpenedSession& opened, SignedHello hello);

  // Warns of the end of its token, and closes some time after it (4205). When it wants to be asked again.
  SteadyTime sweep_token(SteadyTime now);
  // From now on it stands on this token. Of the same user.
  void take_token(const Identity& identity, SteadyTime now);

  Subscriber& subscriber() { return subscriber_; }
  const ConnectionOrigin& origin() const { return origin_; }
  const TokenClock& token() const { return token_; }
  const SessionId& id() const { return subscriber_.author().session; }
  const UserId& user() const { return subscriber_.author().user; }
  void closed_cleanly() { clean_ = true; }  // no grace

 private:
  NetCore& core_;
  Subscriber subscriber_;
  ConnectionOrigin origin_;
  TokenClock token_;
  bool clean_ = false;
};

}  // namespace coterie
