// Access tokens of our own: JWT in the profile of RFC 9068, signed with the current key.
// Thread: loop. Law 8.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/messages.hpp"
#include "protocol/roles.hpp"
#include "server/auth/token_keys.hpp"

namespace coterie {

inline constexpr std::string_view kOwnIssuer = "coterie";  // `iss` and `aud` of our own tokens
inline constexpr std::string_view kAccessTokenType = "at+jwt";

struct AccessClaims {
  UserName user;        // `sub` and, where it is another text, `name`
  std::string sign_in;  // `sid`: the family of the refresh token that this one came with
  Roles roles{};        // `roles`; left out where there are none
};

// A token that is good from `now` until `now + ttl`.
std::string issue_access_token(const TokenKeys& keys, const AccessClaims& claims, Timestamp now,
                               std::chrono::seconds ttl);

}  // namespace coterie
