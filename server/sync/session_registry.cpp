#include "server/sync/session_registry.hpp"

#include <utility>
#include <vector>

#include "server/sync/refusal.hpp"

namespace coterie {
namespace {

constexpr std::size_t kIdChars = 16;  // 96 bits: it stands in every event, and is no secret

}  // namespace

SessionRegistry::SessionRegistry(std::chrono::milliseconds grace, Random random)
    : grace_(grace), random_(std::move(random)) {}

Result<OpenedSession> SessionRegistry::open(const UserId& user, const std::optional<std::string>& resume,
                                            Time now) {
  auto found = resume ? by_secret_.find(*resume) : by_secret_.end();
  if (found != by_secret_.end() && found->second.author.user != user) {
    return refusal(ErrorCode::unauthorized, "This session belongs to another user.", "resume");
  }
  if (found != by_secret_.end() && over(found->second, now)) {
    erase(found->second.id());
    found = by_secret_.end();
  }
  std::string secret = random_();
  if (found == by_secret_.end()) {
    const SessionId id{random_().substr(0, kIdChars)};
    secret_of_.emplace(id, secret);
    by_secret_.emplace(secret, Record{{user, id, {}}, nullptr, now + grace_});
    return OpenedSession{id, std::move(secret), false};
  }
  // The old secret ends here. Until attach() the grace runs on.
  Record record = std::move(found->second);
  by_secret_.erase(found);
  if (!record.subscriber) record.ends = now + grace_;
  const SessionId id = record.id();
  secret_of_[id] = secret;
  by_secret_.emplace(secret, std::move(record));
  return OpenedSession{id, std::move(secret), true};
}

SessionRegistry::Record* SessionRegistry::record(const SessionId& id) {
  const auto secret = secret_of_.find(id);
  return secret == secret_of_.end() ? nullptr : &by_secret_.at(secret->second);
}

void SessionRegistry::erase(SessionId id) {
  const auto secret = secret_of_.find(id);
  if (secret == secret_of_.end()) return;
  by_secret_.erase(secret->second);
  secret_of_.erase(secret);
  if (ended_) ended_(id);
}

bool SessionRegistry::is_attached(const SessionId& id) const {
  const auto secret = secret_of_.find(id);
  return secret != secret_of_.end() && by_secret_.at(secret->second).subscriber != nullptr;
}

void SessionRegistry::attach(const SessionId& id, Subscriber& subscriber) {
  Record* found = record(id);
  if (!found) return;
  Subscriber* predecessor = std::exchange(found->subscriber, &subscriber);
  found->author = subscriber.author();
  found->author.session = id;  // never another
  found->ends.reset();
  if (predecessor && predecessor != &subscriber) {
    predecessor->sink().close(CloseCode::replaced, std::string(to_text(CloseCode::replaced)));
  }
}

void SessionRegistry::detach(const SessionId& id, const Subscriber& subscriber, bool clean, Time now) {
  Record* found = record(id);
  if (!found || found->subscriber != &subscriber) return;  // replaced since: the session is another's
  if (clean) {
    erase(id);
    return;
  }
  found->subscriber = nullptr;
  found->ends = now + grace_;
}

void SessionRegistry::end(const SessionId& id) {
  end_all([&](const Author& author) { return author.session == id; }, CloseCode::normal,
          "ended by its client");
}

void SessionRegistry::end_all(const std::function<bool(const Author&)>& which, CloseCode code,
                              const std::string& reason) {
  std::vector<SessionId> ended;
  for (const auto& [secret, record] : by_secret_) {
    if (!which(record.author)) continue;
    if (record.subscriber) record.subscriber->sink().close(code, reason);
    ended.push_back(record.id());
  }
  for (SessionId& id : ended) erase(std::move(id));
}

void SessionRegistry::update(const UserId& user, const std::function<void(Author&)>& change) {
  for (auto& [secret, record] : by_secret_) {
    if (record.author.user != user) continue;
    change(record.author);
    if (record.subscriber) record.subscriber->update(change);
  }
}

void SessionRegistry::expire(Time now) {
  std::vector<SessionId> ended;
  for (const auto& [secret, record] : by_secret_) {
    if (over(record, now)) ended.push_back(record.id());
  }
  for (SessionId& id : ended) erase(std::move(id));
}

bool SessionRegistry::over(const Record& record, Time now) { return record.ends && *record.ends <= now; }

std::optional<Author> SessionRegistry::find(const std::string& resume) const {
  const auto found = by_secret_.find(resume);
  if (found == by_secret_.end()) return std::nullopt;
  return found->second.author;
}

}  // namespace coterie
