#include "server/auth/authenticator.hpp"

#include "protocol/names.hpp"

namespace coterie {
namespace {

constexpr std::string_view kDevPrefix = "dev:";
constexpr std::string_view kScheme = "bearer";

Error unauthorized(std::string message) {
  Error error;
  error.code = ErrorCode::unauthorized;
  error.message = std::move(message);
  error.member = "token";
  return error;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

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

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  if (authorization.size() < kScheme.size() + 2) return std::nullopt;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    if (lower(authorization[i]) != kScheme[i]) return std::nullopt;
  }
  authorization.remove_prefix(kScheme.size());
  if (authorization.front() != ' ') return std::nullopt;
  while (!authorization.empty() && authorization.front() == ' ') authorization.remove_prefix(1);
  if (authorization.empty()) return std::nullopt;
  return authorization;
}

}  // namespace coterie
