// /api/v1/admin: what operators see and do. All of it needs the role `admin`. Thread: loop. Law 8.
#pragma once

#include <functional>
#include <string>

#include "protocol/wire_limits.hpp"
#include "server/accounts/rules_service.hpp"
#include "server/accounts/sign_in_service.hpp"
#include "server/accounts/user_service.hpp"
#include "server/net/http_requests.hpp"
#include "server/net/live_sessions.hpp"
#include "server/net/router.hpp"
#include "server/sync/lock_service.hpp"

namespace coterie {

class LimitHits;

struct AdminParts {
  AccountDirectory& directory;
  AccountDesk& desk;
  SignInService& sign_ins;
  UserService& users;
  RulesService& rules;
  const LiveSessions& live;
  SessionRegistry& sessions;
  const LockService& locks;
  HttpRequests& requests;
  WireLimits limits;
  std::function<Timestamp()> now;
  std::function<std::string()> configuration;  // what is in force, as JSON
  const LimitHits& limit_hits;
};

// GET and POST users; GET and PATCH users/{id}; GET users/{id}/history
void add_admin_user_routes(Router& router, AdminParts& parts);
// GET sessions; DELETE sessions/{id}; GET connections; DELETE connections/{id}; GET rooms
void add_admin_session_routes(Router& router, AdminParts& parts);
// GET locks; DELETE locks/{type}/{id}; GET configuration
void add_admin_state_routes(Router& router, AdminParts& parts);
// GET limits: which were hit, and by whom
void add_admin_limit_route(Router& router, AdminParts& parts);
// GET activity: what was done and what was changed, in one list
void add_admin_activity_route(Router& router, AdminParts& parts);
// GET and PUT rules; GET rules/history and rules/history/{version}; POST rules/check
void add_admin_rules_routes(Router& router, AdminParts& parts);

inline constexpr Parameter kLimitParameter{"limit", ParameterKind::number,
                                           "How many at most: 100 without it, 1000 at most."};
Result<std::size_t> limit_of(const HttpCall& call);
std::string parameter_of(const HttpCall& call, std::string_view name);  // empty: not given
void note_activity(AdminParts& parts, const HttpCall& call, ActivityKind kind, const std::string& subject,
                   const std::string& detail);

}  // namespace coterie
