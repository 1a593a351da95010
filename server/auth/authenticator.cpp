#include "server/auth/authenticator.hpp"

#include "protocol/names.hpp"

namespace coterie {
namespace {

constexpr std::string_view kDevPrefix = "dev:";

Error unauthorized(std::string message) {
  Error error;
  error.code = ErrorCode::unauthorized;
  error.message = std::move(message);
  error.member = "token";
  return error;
}

}  // namespace

Result<Identity> DevAuthenticator::authenticate(std::string_view token) {
  const std::string_view name = token.starts_with(kDevPrefix) ? token.substr(kDevPrefix.size()) : "";
  if (!is_label(name)) {
    return unauthorized("This server runs with --dev: sign in with the token dev:NAME, for example dev:ann.");
  }
  return Identity{{UserId{std::string(name)}, std::string(name)}, std::nullopt};
}

Result<Identity> DenyAll::authenticate(std::string_view) {
  return unauthorized("No accounts are set up; start with --dev on a laptop.");
}

}  // namespace coterie
