// Who a token belongs to: our own by the sign-in it came with, which must live, with the roles that the user
// has now, not those of when it was issued; an outside issuer's as that issuer says, unless the user is
// disabled here. With --dev, `dev:NAME` besides. Thread: loop. Law 8.
#pragma once

#include <functional>

#include "server/accounts/account_directory.hpp"
#include "server/auth/authenticator.hpp"
#include "server/auth/token_verifier.hpp"

namespace coterie {

class AccountAuthenticator final : public Authenticator {
 public:
  AccountAuthenticator(TokenVerifier& verifier, AccountDirectory& directory, bool dev,
                       std::function<Timestamp()> now);

  Result<Identity> authenticate(std::string_view token) override;

 private:
  Result<Identity> own(const VerifiedToken& token, Timestamp now);
  Result<Identity> outside(VerifiedToken token, Timestamp now);

  TokenVerifier& verifier_;
  AccountDirectory& directory_;
  bool dev_;
  DevAuthenticator dev_authenticator_;
  std::function<Timestamp()> now_;
};

}  // namespace coterie
