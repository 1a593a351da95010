// Who is asking: a token becomes an identity, or `unauthorized`.
// Thread: loop. Law 8.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "protocol/error.hpp"
#include "protocol/messages.hpp"
#include "protocol/roles.hpp"

namespace coterie {

struct Identity {
  UserName user;
  std::optional<std::chrono::milliseconds> expires_in;  // absent: the token does not expire
  Roles roles{};
  std::string
      sign_in{};  // what logging out ends, with all that rests on it; empty: a token of another's making
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // Error unauthorized: the token is not accepted. Its text is never repeated in the message.
  virtual Result<Identity> authenticate(std::string_view token) = 0;
};

// For a laptop: the token `dev:NAME` signs in as NAME, without a password, as an administrator;
// `dev:NAME:a,b` with the roles a and b. Only behind a loopback address.
class DevAuthenticator final : public Authenticator {
 public:
  Result<Identity> authenticate(std::string_view token) override;
};

}  // namespace coterie
