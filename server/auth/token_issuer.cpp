#include "server/auth/token_issuer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "protocol/json.hpp"
#include "server/ops/random.hpp"

namespace coterie {

std::string issue_access_token(const TokenKeys& keys, const AccessClaims& claims, Timestamp now,
                               std::chrono::seconds ttl) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
  boost::json::object content{
      {"iss", kOwnIssuer},     {"aud", kOwnIssuer},     {"sub", claims.user.id.value()},
      {"iat", second.count()}, {"nbf", second.count()}, {"exp", (second + ttl).count()},
      {"jti", uuid_v7(now)},   {"sid", claims.sign_in}};
  if (!claims.user.name.empty() && claims.user.name != claims.user.id.value())
    content["name"] = claims.user.name;
  if (!claims.roles.names().empty()) {
    boost::json::array& roles = content["roles"].emplace_array();
    for (const std::string& role : claims.roles.names()) roles.emplace_back(role);
  }
  return keys.current().sign(kAccessTokenType, keys.current_id(), to_json_text(content));
}

}  // namespace coterie
