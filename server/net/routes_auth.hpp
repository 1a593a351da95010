// /api/v1/auth: signing in and out, one's own sessions, password and profile. Thread: loop. Law 8.
#pragma once

#include <functional>
#include <string>

#include "protocol/wire_limits.hpp"
#include "server/accounts/sign_in_service.hpp"
#include "server/accounts/user_service.hpp"
#include "server/auth/authenticator.hpp"
#include "server/net/live_sessions.hpp"
#include "server/net/router.hpp"

namespace coterie {

struct AuthParts {
  Authenticator& authenticator;
  AccountDirectory& directory;
  SignInService& sign_ins;
  UserService& users;
  const LiveSessions& live;
  WireLimits limits;
  std::function<Timestamp()> now;
  // Makes the first administrator possible; empty: there are users already.
  std::string first_administrator;
  bool dev = false;  // the token dev:NAME signs in
};

// GET options; POST login, refresh, logout, password, first-administrator; GET and PATCH user; GET sessions;
// DELETE sessions/{id}
void add_auth_routes(Router& router, AuthParts& parts);

}  // namespace coterie
