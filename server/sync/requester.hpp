// Someone who asks and gets exactly one answer for each request: a WebSocket session, an HTTP request.
// Answers to one that has gone are dropped: others hold its number, never a pointer across a gap.
// Thread: loop. Law 7.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <variant>

#include "protocol/messages.hpp"
#include "storage/decide.hpp"
#include "storage/mutation_outcome.hpp"

namespace coterie {

using Answer = std::variant<Subscribed, Unsubscribed, EntityAnswer, Entities, Events, CommittedAnswer, Repeated,
                            Conflict, Rejected, PongAnswer, Error>;

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
  virtual void answer(RequestId id, Answer answer) = 0;

 private:
  std::uint64_t number_;
  Author author_;
};

// Finds a requester by its number, as long as it is there.
class RequesterTable {
 public:
  void add(Requester& requester) { by_number_.emplace(requester.number(), &requester); }
  void remove(const Requester& requester) { by_number_.erase(requester.number()); }
  Requester* find(std::uint64_t number) const;

 private:
  std::unordered_map<std::uint64_t, Requester*> by_number_;
};

}  // namespace coterie
