#include "server/net/live_sessions.hpp"

#include "server/net/live_session.hpp"
#include "server/sync/refusal.hpp"

namespace coterie {

void LiveSessions::add(LiveSession& session) {
  by_requester_.emplace(session.subscriber().number(), &session);
}

void LiveSessions::remove(LiveSession& session) { by_requester_.erase(session.subscriber().number()); }

LiveSession* LiveSessions::find(const SessionId& id) const {
  LiveSession* newest = nullptr;
  std::uint64_t number = 0;
  for (const auto& [requester, session] : by_requester_) {
    if (session->id() != id || (newest != nullptr && requester < number)) continue;
    newest = session;
    number = requester;
  }
  return newest;
}

std::set<std::string> LiveSessions::active_sign_ins() const {
  std::set<std::string> active;
  for (const auto& [requester, session] : by_requester_)
    active.insert(session->subscriber().author().sign_in);
  return active;
}

void LiveSessions::for_each(const std::function<void(LiveSession&)>& visit) const {
  for (const auto& [requester, session] : by_requester_) visit(*session);
}

Answer LiveSessions::refresh(Authenticator& authenticator, const Author& author, const Refresh& request,
                             SteadyTime now) const {
  LiveSession* const session = author.session.value().empty() ? nullptr : find(author.session);
  if (session == nullptr) {
    return refusal(ErrorCode::bad_request,
                   "Only a session with a connection has a token to be refreshed; send each request with a "
                   "token of its own.",
                   "type");
  }
  Result<Identity> identity = authenticator.authenticate(request.token);
  if (!identity) return std::move(identity).error();
  if (identity->user.id != session->user()) {
    return refusal(ErrorCode::unauthorized, "This token is another user's; this session stays as it is.",
                   "token");
  }
  const Refreshed refreshed{identity->expires_in};
  const Roles roles = identity->roles;
  session->take_token(*identity, now);
  if (roles_ && !(roles == session->subscriber().author().roles)) roles_(session->user(), roles);
  return refreshed;
}

}  // namespace coterie
