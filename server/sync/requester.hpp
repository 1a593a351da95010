// Someone who asks and gets exactly one answer for each request: a WebSocket session, an HTTP request.
// Answers to one that has gone are dropped: others hold its number, never a pointer across a gap.
// Thread: loop. Law 7.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "protocol/messages.hpp"
#include "storage/decide.hpp"
#include "storage/mutation_outcome.hpp"

namespace coterie {

using Answer = std::variant<Subscribed, Unsubscribed, EntityAnswer, Entities, Events, CommittedAnswer,
                            Repeated, Conflict, Rejected, PongAnswer, Error, Locked, Denied, Unlocked, Ok,
                            ConflictPage, ConflictShown, Assigned, NotificationPage, MarkedRead, Announced,
                            Withdrawn, Announcements, BlameAnswer, ChangesAnswer, ReadersAnswer, Refreshed>;

// The answer as its one line of text.
std::string encode_answer(RequestId id, const Answer& answer);

class Requester {
 public:
  explicit Requester(Author author);
  virtual ~Requester() = default;
  Requester(const Requester&) = delete;
  Requester& operator=(const Requester&) = delete;

  std::uint64_t number() const { return number_; }  // never reused while the process lives
  const Author& author() const { return author_; }
  // What is known of its user has changed; the user and the session stay.
  void update(const std::function<void(Author&)>& change) { change(author_); }
  void change_roles(Roles roles) { author_.roles = std::move(roles); }  // Rights::roles_changed does, for all
  virtual void answer(RequestId id, Answer answer) = 0;

  // A session stays and can be told things unasked; a single request cannot. The same for the whole life.
  virtual bool is_session() const { return false; }
  virtual void notify(const std::string& message) { static_cast<void>(message); }

 private:
  std::uint64_t number_;
  Author author_;
};

// Finds a requester by its number, as long as it is there, and the sessions of a user.
class RequesterTable {
 public:
  void add(Requester& requester);
  void remove(Requester& requester);  // before it is destroyed; idempotent
  Requester* find(std::uint64_t number) const;
  // The newest connection of that user's session; null: none is there now.
  Requester* find_session(const UserId& user, const SessionId& session) const;
  std::vector<Requester*> sessions() const;
  std::vector<Requester*> sessions_of(const UserId& user) const;
  void notify(const UserId& user, const std::string& message) const;  // to every live session of that user
  void notify_all(const std::string& message) const;                  // to every live session

 private:
  std::unordered_map<std::uint64_t, Requester*> by_number_;
  std::unordered_map<UserId, std::unordered_set<Requester*>> sessions_of_;
};

}  // namespace coterie
