#include "server/auth/authenticator.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "protocol/names.hpp"
#include "server/auth/token_form.hpp"

namespace coterie {
namespace {

constexpr std::string_view kDevPrefix = "dev:";

// "editor,sales"; absent: one of them is no name.
std::optional<Roles> roles_of(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (!is_label(text.substr(0, end))) return std::nullopt;
    names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return Roles(std::move(names));
}

}  // namespace

Result<Identity> DevAuthenticator::authenticate(std::string_view token) {
  std::string_view name = token.starts_with(kDevPrefix) ? token.substr(kDevPrefix.size()) : "";
  const std::size_t colon = name.find(':');
  std::optional<Roles> roles = Roles({std::string(kAdminRole)});
  if (colon != std::string_view::npos) {
    roles = roles_of(name.substr(colon + 1));
    name = name.substr(0, colon);
  }
  if (!is_label(name) || !roles) {
    return unauthorized(
        "This server runs with --dev: sign in with the token dev:NAME, or dev:NAME:ROLE,ROLE, for example "
        "dev:ann or dev:ben:editor.");
  }
  return Identity{{UserId{std::string(name)}, std::string(name)}, std::nullopt, *std::move(roles), {}};
}

}  // namespace coterie
