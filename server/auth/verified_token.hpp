// What a token said that was found to be good. Thread: any; a value.
#pragma once

#include <chrono>
#include <string>

#include "protocol/messages.hpp"
#include "protocol/roles.hpp"

namespace coterie {

// Clocks differ a little: for so long is a token good after its end and before its beginning.
inline constexpr std::chrono::seconds kTokenLeeway{60};

struct VerifiedToken {
  std::string issuer;   // the name of an outside issuer; empty: this server itself
  UserName user;        // ours: as it was when the token was issued
  Roles roles;          // likewise; outside: mapped
  std::string sign_in;  // the family of refresh tokens it came with; outside: empty
  Timestamp expires_at{};

  bool own() const { return issuer.empty(); }
};

}  // namespace coterie
