#include "server/sync/lock_service.hpp"

#include <optional>
#include <type_traits>
#include <utility>

#include "protocol/encode.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/rights.hpp"

namespace coterie {
namespace {

std::string_view outcome_word(const LockOutcome& outcome) {
  if (std::holds_alternative<Locked>(outcome)) return "locked";
  if (std::holds_alternative<Denied>(outcome)) return "denied";
  if (std::holds_alternative<Unlocked>(outcome)) return "unlocked";
  return to_text(std::get<Error>(outcome).code);
}

// What the room is told; a renewal is nobody's business but the holder's.
std::optional<LockState> state_of(LockChange::Kind kind) {
  switch (kind) {
    case LockChange::Kind::acquired:
    case LockChange::Kind::moved:
      return LockState::acquired;
    case LockChange::Kind::released:
    case LockChange::Kind::lost:
      return LockState::released;
    case LockChange::Kind::expired:
      return LockState::expired;
    case LockChange::Kind::taken:
      return LockState::taken;
    case LockChange::Kind::renewed:
      break;
  }
  return std::nullopt;
}

LockPush push_of(const LockChange& change, LockState state, HeldLock::Time now) {
  LockPush push{state, shown(change.lock, now)};
  if (state != LockState::acquired) push.lock.ttl = std::chrono::milliseconds{0};
  if (change.by) push.lock.holder = *change.by;
  return push;
}

}  // namespace

LockService::LockService(Sequencer& sequencer, RequesterTable& requesters, Metrics& metrics, Log& log,
                         Now now)
    : sequencer_(sequencer), requesters_(requesters), metrics_(metrics), log_(log), now_(std::move(now)) {}

// ---- the way in ----

void LockService::lock(Requester& requester, RequestId id, Lock request) {
  submit(requester, id, std::move(request));
}

void LockService::unlock(Requester& requester, RequestId id, Unlock request) {
  submit(requester, id, std::move(request));
}

void LockService::submit(Requester& requester, RequestId id, std::variant<Lock, Unlock> request) {
  const auto refuse = [&](Error error) {
    metrics_.lock_request(to_text(error.code));
    requester.answer(id, std::move(error));
  };
  Author author = requester.author();
  if (author.session.value().empty()) {
    return refuse(refusal(ErrorCode::bad_request,
                          "Locks belong to a session: send its secret in the header Coterie-Session."));
  }
  // Over HTTP on behalf of a session that is connected, the lock is shown as that client's.
  const Requester* session =
      requester.is_session() ? nullptr : requesters_.find_session(author.user, author.session);
  if (session != nullptr) author = session->author();
  if (sequencer_.submit(LockSubmission{{requester.number(), id}, std::move(author), std::move(request)})) {
    return;
  }
  refuse(refusal_for_now(ErrorCode::overloaded, "Too much waits to be decided; ask again shortly.",
                         std::chrono::milliseconds(250)));
}

void LockService::session_ended(const SessionId& session) { sequencer_.submit(SessionEnded{session}); }

void LockService::heed(Rights& rights) {
  rights.when_roles_changed([this](const UserId& user, const Roles& roles) {
    sequencer_.submit(RolesChanged{user, roles});
  });
}

// ---- and back ----

std::vector<std::string> LockService::words_about(const EntityKey& key) const {
  std::vector<std::string> words;
  for (const LockShown& lock : list(RoomKey{key.type, key.id}))
    words.push_back(encode(LockPush{LockState::acquired, lock}));
  return words;
}

std::vector<RoomWord> LockService::group_done(GroupOutcome& outcome) {
  for (LockDecided& decided : outcome.locks) answer(std::move(decided));
  std::vector<RoomWord> words;
  if (outcome.lock_changes.empty()) return words;
  const HeldLock::Time now = now_();
  const LockChange* const first = outcome.lock_changes.data();
  for (const LockChange& change : outcome.lock_changes) {
    mirror_.apply(change);
    const std::optional<LockState> state = state_of(change.kind);
    if (!state) continue;
    metrics_.lock_change(to_text(*state));
    note(change);
    std::string message = encode(push_of(change, *state, now));
    if (*state != LockState::acquired && change.kind != LockChange::Kind::released)
      tell_holder(change, message);
    const EntityKey& key = change.lock.place.key;
    words.push_back({change.after, RoomKey{key.type, key.id}, std::move(message)});
    if (!outcome.lock_watched.empty())
      words.back().guarded = std::move(outcome.lock_watched[static_cast<std::size_t>(&change - first)]);
  }
  metrics_.locks(mirror_.size());
  return words;
}

void LockService::answer(LockDecided decided) {
  metrics_.lock_request(outcome_word(decided.outcome));
  Requester* const requester = requesters_.find(decided.ticket.requester);
  if (requester == nullptr) return;
  requester->answer(decided.ticket.request, std::visit([](auto&& one) { return Answer{std::move(one)}; },
                                                       std::move(decided.outcome)));
}

// Who loses a lock without having asked for it, is told also where it has not joined any room about it.
void LockService::tell_holder(const LockChange& change, const std::string& message) {
  const LockHolder& holder = change.lock.holder;
  auto* const session = static_cast<Subscriber*>(requesters_.find_session(holder.user, holder.session));
  const EntityKey& key = change.lock.place.key;
  if (session != nullptr && !Hub::reaches(*session, RoomKey{key.type, key.id})) session->push(message);
}

// A lock that was taken from somebody is told with both names: that is asked for later.
void LockService::note(const LockChange& change) {
  const HeldLock& lock = change.lock;
  const std::string_view type = lock.place.key.type.value();
  const std::string_view id = lock.place.key.id.value();
  const std::string_view field = lock.place.field.text();
  const std::string_view user = lock.holder.user.value();
  const std::string_view session = lock.holder.session.value();
  const auto fence = static_cast<std::int64_t>(lock.fence.value());
  if (change.by) {
    log_.info("lock_taken", {{"user", std::string_view(change.by->user.value())},
                             {"session", std::string_view(change.by->session.value())},
                             {"from_user", user},
                             {"from_session", session},
                             {"type", type},
                             {"id", id},
                             {"field", field},
                             {"fence", fence}});
  } else if (change.kind == LockChange::Kind::expired || change.kind == LockChange::Kind::lost) {
    const char* const event = change.kind == LockChange::Kind::lost ? "lock_lost" : "lock_expired";
    log_.info(event, {{"user", user},
                      {"session", session},
                      {"type", type},
                      {"id", id},
                      {"field", field},
                      {"fence", fence}});
  }
}

}  // namespace coterie
