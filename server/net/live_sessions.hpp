// Every session that has a connection now: for an operator who looks, for a newer token that comes, for a
// user who is to be cut off. Thread: loop. Laws 7, 8.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <unordered_map>

#include "server/auth/authenticator.hpp"
#include "server/net/net_state.hpp"
#include "server/sync/requester.hpp"

namespace coterie {

class LiveSession;

class LiveSessions {
 public:
  // A newer token gives its user other roles.
  void when_roles(std::function<void(const UserId&, const Roles&)> changed) { roles_ = std::move(changed); }

  void add(LiveSession& session);
  void remove(LiveSession& session);

  LiveSession* find(const SessionId& id) const;  // its newest connection; null: none
  std::size_t size() const { return by_requester_.size(); }
  std::set<std::string> active_sign_ins() const;  // that some live session rests on
  void for_each(const std::function<void(LiveSession&)>& visit) const;

  // A newer token for the session of that author: Refreshed, or an Error that changes nothing (unauthorized,
  // or bad_request where the author has no live session).
  Answer refresh(Authenticator& authenticator, const Author& author, const Refresh& request,
                 SteadyTime now) const;

 private:
  std::function<void(const UserId&, const Roles&)> roles_;
  std::unordered_map<std::uint64_t, LiveSession*> by_requester_;
};

}  // namespace coterie
