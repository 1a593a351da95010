#include "server/sync/requester.hpp"

#include <utility>

#include "protocol/encode.hpp"

namespace coterie {
namespace {

std::uint64_t next_number() {
  static std::uint64_t last = 0;  // loop thread only
  return ++last;
}

}  // namespace

std::string encode_answer(RequestId id, const Answer& answer) {
  return std::visit(
      [id](const auto& message) {
        using Message = std::decay_t<decltype(message)>;
        if constexpr (std::is_same_v<Message, CommittedAnswer> || std::is_same_v<Message, Repeated>) {
          return with_id(id, message.body);
        } else {
          return encode(id, message);
        }
      },
      answer);
}

Requester::Requester(Author author) : number_(next_number()), author_(std::move(author)) {}

void RequesterTable::add(Requester& requester) {
  by_number_.emplace(requester.number(), &requester);
  if (requester.is_session()) sessions_of_[requester.author().user].insert(&requester);
}

void RequesterTable::remove(Requester& requester) {
  if (by_number_.erase(requester.number()) == 0 || !requester.is_session()) return;
  const auto sessions = sessions_of_.find(requester.author().user);
  if (sessions == sessions_of_.end()) return;
  sessions->second.erase(&requester);
  if (sessions->second.empty()) sessions_of_.erase(sessions);
}

Requester* RequesterTable::find(std::uint64_t number) const {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : found->second;
}

Requester* RequesterTable::find_session(const UserId& user, const SessionId& session) const {
  const auto sessions = sessions_of_.find(user);
  if (sessions == sessions_of_.end()) return nullptr;
  Requester* newest = nullptr;
  for (Requester* one : sessions->second) {
    if (one->author().session != session) continue;
    if (newest == nullptr || newest->number() < one->number()) newest = one;
  }
  return newest;
}

std::vector<Requester*> RequesterTable::sessions() const {
  std::vector<Requester*> all;
  for (const auto& [user, sessions] : sessions_of_) all.insert(all.end(), sessions.begin(), sessions.end());
  return all;
}

std::vector<Requester*> RequesterTable::sessions_of(const UserId& user) const {
  const auto sessions = sessions_of_.find(user);
  if (sessions == sessions_of_.end()) return {};
  return {sessions->second.begin(), sessions->second.end()};
}

void RequesterTable::notify(const UserId& user, const std::string& message) const {
  const auto sessions = sessions_of_.find(user);
  if (sessions == sessions_of_.end()) return;
  for (Requester* session : sessions->second) session->notify(message);
}

void RequesterTable::notify_all(const std::string& message) const {
  for (const auto& [user, sessions] : sessions_of_) {
    for (Requester* session : sessions) session->notify(message);
  }
}

}  // namespace coterie
