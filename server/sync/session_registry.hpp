// Sessions by their secret: a session outlives its connection by a grace of 15 s, so that a reconnecting
// client is the same session to others. A new connection of a session replaces its predecessor (4103).
// Thread: loop.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "protocol/close_code.hpp"
#include "protocol/messages.hpp"
#include "server/sync/subscriber.hpp"

namespace coterie {

struct OpenedSession {
  SessionId id;
  std::string resume;  // the new secret
  bool resumed = false;
};

class SessionRegistry {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Random = std::function<std::string()>;  // 256 random bits as base64url; also ids
  SessionRegistry(std::chrono::milliseconds grace, Random random);

  // A session is over: by a clean close, or with its grace. Not called for one that lives on.
  void when_ended(std::function<void(const SessionId&)> ended) { ended_ = std::move(ended); }

  // Error unauthorized: the secret belongs to another user's session. An unknown or expired secret is a new
  // session.
  Result<OpenedSession> open(const UserId& user, const std::optional<std::string>& resume, Time now);
  void attach(const SessionId& id, Subscriber& subscriber);  // closes the predecessor's connection
  // clean: closed with 1000, the session ends now.
  void detach(const SessionId& id, const Subscriber& subscriber, bool clean, Time now);
  void end(const SessionId& id);  // at once, as if its connection had been closed with 1000
  // Ends, at once and with this code, every session of whose author `which` is true.
  void end_all(const std::function<bool(const Author&)>& which, CloseCode code, const std::string& reason);
  // What is known of a user has changed: of every session, connected or not.
  void update(const UserId& user, const std::function<void(Author&)>& change);
  void expire(Time now);
  bool is_attached(const SessionId& id) const;  // to a connection that lives
  // Who speaks in the session of that secret, as its connection said; absent: there is none.
  std::optional<Author> find(const std::string& resume) const;
  std::size_t size() const { return by_secret_.size(); }

 private:
  struct Record {
    Author author;  // as its last connection said
    const SessionId& id() const { return author.session; }
    Subscriber* subscriber = nullptr;
    std::optional<Time> ends;  // its grace; none while a connection lives
  };
  Record* record(const SessionId& id);
  void erase(SessionId id);
  static bool over(const Record& record, Time now);

  std::chrono::milliseconds grace_;
  Random random_;
  std::function<void(const SessionId&)> ended_;
  std::unordered_map<std::string, Record> by_secret_;
  std::unordered_map<SessionId, std::string> secret_of_;
};

}  // namespace coterie
