// What coterie.toml says of signing in: how long tokens last, how often somebody may try, and the outside
// issuers with their keys. One mistake refuses all of it, with its line and, for a word that is not known,
// the nearest that is. Thread: any; values. Law 8.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "server/auth/outside_issuer.hpp"
#include "server/auth/sign_in_throttle.hpp"
#include "server/ops/config_file.hpp"

namespace coterie {

struct AuthConfiguration {
  std::chrono::seconds access_token = std::chrono::minutes(15);
  std::chrono::seconds refresh_token = std::chrono::days(30);
  std::optional<std::chrono::seconds> idle;  // absent: a sign-in does not end for want of use
  SignInLimits sign_ins{};
  std::vector<IssuerKeys> issuers;    // for TokenVerifier::set_issuers
  std::vector<std::string> warnings;  // for the log
};

// The section `[auth]`; the others are not looked at. Files with keys are looked for beside the
// configuration, and read anew each time. Error bad_request: "coterie.toml:12: auth.issuers.app.key: ...".
Result<AuthConfiguration> read_auth(const ConfigFile& file);

}  // namespace coterie
