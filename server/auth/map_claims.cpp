// From the claims of an outside issuer to a user with roles.
#include <boost/json/array.hpp>
#include <optional>
#include <utility>

#include "protocol/names.hpp"
#include "server/auth/outside_issuer.hpp"
#include "server/auth/token_form.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostRoles = 64;

// The path as one name first, then cut at each of its dots.
const json::value* find_claim(const json::object& claims, std::string_view path) {
  if (const json::value* whole = claims.if_contains(path)) return whole;
  for (std::size_t dot = path.find('.'); dot != path.npos; dot = path.find('.', dot + 1)) {
    const json::value* const outer = claims.if_contains(path.substr(0, dot));
    if (outer == nullptr || !outer->is_object()) continue;
    if (const json::value* inner = find_claim(outer->get_object(), path.substr(dot + 1))) return inner;
  }
  return nullptr;
}

std::string user_text(const json::value* claim) {
  if (claim == nullptr) return {};
  if (claim->is_string()) return std::string(claim->get_string());
  if (claim->is_int64()) return std::to_string(claim->get_int64());  // the key of a table, as some write it
  return {};
}

std::vector<std::string_view> role_texts(const json::value* claim) {
  std::vector<std::string_view> made;
  if (claim == nullptr) return made;
  if (const json::array* items = claim->if_array()) {
    for (const json::value& item : *items) {
      if (item.is_string()) made.push_back({item.get_string().data(), item.get_string().size()});
    }
  } else if (claim->is_string()) {
    std::string_view rest{claim->get_string().data(), claim->get_string().size()};
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (end > 0) made.push_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return made;
}

std::vector<std::string> mapped_roles(const ClaimMapping& mapping, const json::object& claims) {
  std::vector<std::string> roles = mapping.default_roles;
  for (const std::string_view theirs : role_texts(find_claim(claims, mapping.roles))) {
    if (mapping.role_table) {
      const auto found = mapping.role_table->find(theirs);
      if (found == mapping.role_table->end()) continue;
      roles.insert(roles.end(), found->second.begin(), found->second.end());
    } else if (is_label(theirs) && theirs != kAdminRole) {
      roles.emplace_back(theirs);
    }
  }
  return roles;
}

}  // namespace

Result<MappedUser> map_claims(const ClaimMapping& mapping, const json::object& claims) {
  const std::string user = user_text(find_claim(claims, mapping.user));
  if (user.empty()) return unauthorized("The token does not say who it is for.");
  const std::string id = mapping.user_prefix + user;
  if (!is_label(id)) {
    return unauthorized("The token's user cannot be one here: 1 to 64 printable characters.");
  }
  const json::value* const claim = find_claim(claims, mapping.name);
  const std::string name = claim != nullptr && claim->is_string() ? std::string(claim->get_string()) : "";
  Roles roles(mapped_roles(mapping, claims));
  if (roles.names().size() > kMostRoles) return unauthorized("The token names too many roles: at most 64.");
  return MappedUser{{UserId{id}, is_label(name) ? name : id}, std::move(roles)};
}

}  // namespace coterie
