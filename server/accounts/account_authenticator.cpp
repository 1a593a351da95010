#include "server/accounts/account_authenticator.hpp"

#include <algorithm>
#include <utility>

#include "storage/accounts/account_profile.hpp"

namespace coterie {
namespace {

using std::chrono::milliseconds;

Error not_accepted(std::string message) {
  Error error;
  error.code = ErrorCode::unauthorized;
  error.message = std::move(message);
  error.member = "token";
  return error;
}

// It may be over by the leeway already.
milliseconds left(const VerifiedToken& token, Timestamp now) {
  return std::max(milliseconds(0), token.expires_at - now);
}

UserName shown(const UserId& id, const Profile& profile) {
  return {id, profile.name, profile.colour, profile.initials};
}

}  // namespace

AccountAuthenticator::AccountAuthenticator(TokenVerifier& verifier, AccountDirectory& directory, bool dev,
                                           std::function<Timestamp()> now)
    : verifier_(verifier), directory_(directory), dev_(dev), now_(std::move(now)) {}

Result<Identity> AccountAuthenticator::authenticate(std::string_view token) {
  const bool looks_signed = std::count(token.begin(), token.end(), '.') == 2;
  if (dev_ && (token.starts_with("dev:") || !looks_signed)) return dev_authenticator_.authenticate(token);
  if (token.starts_with("dev:")) {
    return not_accepted(
        "Tokens dev:NAME are for a server that runs with --dev; sign in by POST /api/v1/auth/login.");
  }
  const Timestamp now = now_();
  Result<VerifiedToken> verified = verifier_.verify(token, now);
  if (!verified) return std::move(verified).error();
  return verified->own() ? own(*verified, now) : outside(std::move(*verified), now);
}

Result<Identity> AccountAuthenticator::own(const VerifiedToken& token, Timestamp now) {
  const SignIn* const sign_in = directory_.find_sign_in(token.sign_in);
  const UserAccount* const account = directory_.find(token.user.id);
  if (sign_in == nullptr || account == nullptr || account->disabled || sign_in->user != account->id) {
    return not_accepted("This sign-in has ended: sign in again.");
  }
  directory_.seen(token.sign_in, now);
  return Identity{shown(account->id, account->profile), left(token, now), account->roles, token.sign_in};
}

Result<Identity> AccountAuthenticator::outside(VerifiedToken token, Timestamp now) {
  const UserAccount* const account = directory_.find(token.user.id);
  if (account != nullptr && account->disabled) return not_accepted("This user is disabled here.");
  const Profile profile =
      account != nullptr
          ? account->profile
          : profile_of(token.user.id,
                       token.user.name.empty() ? std::nullopt : std::optional(token.user.name));
  return Identity{shown(token.user.id, profile), left(token, now), std::move(token.roles), {}};
}

}  // namespace coterie
