#include "server/auth_file.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "protocol/names.hpp"
#include "server/auth/token_issuer.hpp"
#include "server/ops/config_values.hpp"

namespace coterie {
namespace {

namespace json = boost::json;
using std::chrono::seconds;
using Words = std::vector<std::string>;

constexpr std::size_t kMostIssuers = 16;
constexpr std::size_t kMostRoles = 64;

constexpr DurationRange kAccess{std::chrono::minutes(1), std::chrono::hours(8), "from \"1m\" to \"8h\""};
constexpr DurationRange kRefresh{std::chrono::hours(1), std::chrono::days(365), "from \"1h\" to \"365d\""};
constexpr DurationRange kIdle{std::chrono::minutes(1), std::chrono::days(365),
                              "from \"1m\" to \"365d\", or \"\" for off"};

class AuthReader : ConfigValues {
 public:
  explicit AuthReader(const ConfigFile& file) : ConfigValues(file) {}

  Result<AuthConfiguration> read() {
    if (const json::object* auth = table(file_.root, {}, "auth")) read_auth(*auth);
    if (error_) return *error_;
    return std::move(made_);
  }

 private:
  std::string needed_text(const json::object& parent, const std::string& place, const char* name) {
    const std::optional<std::string> found = text(parent, place, name);
    if (!found || found->empty()) refuse(place, std::string("This needs `") + name + "`.");
    return found.value_or("");
  }
  // One text, or a list of them.
  Words texts(const json::value& value, const std::string& place) {
    Words made;
    one_or_each_of(value, place, kMostRoles, [&](const json::value& item, const std::string& at) {
      if (auto one = text(item, at, "a text, in quotes, or a list of such")) made.push_back(*std::move(one));
    });
    return made;
  }

  // ---- [auth] ----
  void read_auth(const json::object& auth) {
    check_names(
        auth, "auth",
        {"access_token", "idle", "issuers", "refresh_token", "sign_ins_per_account", "sign_ins_per_address"});
    const auto lasts = [&](const char* name, const DurationRange& range, auto& made) {
      with(auth, "auth", name, [&](const json::value& value, const std::string& place) {
        if (const auto read = duration(value, place, range)) made = std::chrono::floor<seconds>(*read);
      });
    };
    lasts("access_token", kAccess, made_.access_token);
    lasts("refresh_token", kRefresh, made_.refresh_token);
    const json::value* const idle = auth.if_contains("idle");
    if (idle != nullptr && *idle != "") lasts("idle", kIdle, made_.idle);
    if (made_.refresh_token < made_.access_token) {
      refuse("auth.refresh_token", "This may not be shorter than an access token lasts.");
    }
    const auto count = [&](const char* name, int& made) {
      with(auth, "auth", name, [&](const json::value& value, const std::string& place) {
        made = static_cast<int>(whole(value, place, 1, 10'000).value_or(made));
      });
    };
    count("sign_ins_per_account", made_.sign_ins.per_account);
    count("sign_ins_per_address", made_.sign_ins.per_address);
    if (const json::object* issuers = table(auth, "auth", "issuers", kMostIssuers)) read_issuers(*issuers);
  }

  // ---- [auth.issuers.NAME] ----
  void read_issuers(const json::object& issuers) {
    std::map<std::string, std::string> seen;  // by `iss`
    for (const auto& member : issuers) {
      const std::string place = member_place("auth.issuers", member.key());
      if (!is_label(member.key())) {
        refuse("auth.issuers", "The name of an issuer has 1 to 64 printable characters.");
        continue;
      }
      const json::object* const members = table(issuers, "auth.issuers", member.key());
      if (members == nullptr) continue;
      OutsideIssuer issuer = read_issuer(std::string(member.key()), *members, place);
      if (issuer.issuer == kOwnIssuer)
        refuse(member_place(place, "issuer"), "This is the issuer of our own tokens.");
      const auto [other, fresh] = seen.emplace(issuer.issuer, issuer.name);
      if (!fresh)
        refuse(member_place(place, "issuer"), "The issuer " + other->second + " is called the same.");
      if (!error_) load(std::move(issuer), place);
    }
  }

  OutsideIssuer read_issuer(std::string name, const json::object& members, const std::string& place) {
    check_names(members, place,
                {"algorithm", "audience", "default_roles", "issuer", "jwks", "key", "name_claim", "roles",
                 "roles_claim", "secret", "typ", "user_claim", "user_prefix"});
    OutsideIssuer made;
    made.name = std::move(name);
    made.issuer = needed_text(members, place, "issuer");
    made.audience = needed_text(members, place, "audience");
    read_file(members, place, made);
    read_algorithms(members, place, made);
    with(members, place, "typ", [&](const json::value& value, const std::string& at) {
      made.types = texts(value, at);
      if (made.types.empty()) refuse(at, "This names no type; \"\" stands for none in the token.");
    });
    read_claims(members, place, made.claims);
    return made;
  }

  void read_file(const json::object& members, const std::string& place, OutsideIssuer& made) {
    int files = 0;
    const std::pair<const char*, KeySource> kinds[] = {
        {"secret", KeySource::secret}, {"key", KeySource::key}, {"jwks", KeySource::jwks}};
    for (const auto& [name, source] : kinds) {
      const std::optional<std::string> path = text(members, place, name);
      if (!path) continue;
      if (path->empty()) refuse(member_place(place, name), "This names no file.");
      made.source = source;
      made.file = file_.path.parent_path() / *path;
      ++files;
    }
    if (files != 1) refuse(place, "This needs one of `secret`, `key` and `jwks`: the file with its keys.");
  }

  void read_algorithms(const json::object& members, const std::string& place, OutsideIssuer& made) {
    const std::string at = member_place(place, "algorithm");
    const json::value* const found = members.if_contains("algorithm");
    if (found == nullptr)
      return refuse(place, "This needs `algorithm`: HS256, RS256, PS256, ES256 or EdDSA.");
    one_or_each_of(*found, at, kMostRoles, [&](const json::value& value, const std::string& item) {
      const auto known = word(value, item, "algorithm", jws_algorithm_from_text,
                              {"HS256", "RS256", "PS256", "ES256", "EdDSA"});
      if (!known) return;
      if (std::find(made.algorithms.begin(), made.algorithms.end(), *known) != made.algorithms.end())
        refuse(item, "This algorithm is named twice.");
      made.algorithms.push_back(*known);
    });
    if (made.algorithms.empty()) refuse(at, "This names no algorithm.");
    if (made.algorithms.size() > 1 && made.source != KeySource::jwks) {
      refuse(at, "One key has one algorithm; only the keys of a JWKS may have several.");
    }
  }

  void read_claims(const json::object& members, const std::string& place, ClaimMapping& made) {
    const auto path = [&](const char* name, std::string& claim) {
      const std::optional<std::string> found = text(members, place, name);
      if (found && found->empty()) refuse(member_place(place, name), "This names no claim.");
      if (found) claim = *found;
    };
    path("user_claim", made.user);
    path("name_claim", made.name);
    path("roles_claim", made.roles);
    made.user_prefix = text(members, place, "user_prefix").value_or("");
    if (!made.user_prefix.empty() && !is_label(made.user_prefix)) {
      refuse(member_place(place, "user_prefix"), "This begins the ids of users: printable characters.");
    }
    with(members, place, "default_roles",
         [&](const json::value& value, const std::string& at) { made.default_roles = our_roles(value, at); });
    const json::object* const roles = table(members, place, "roles");
    if (roles == nullptr) return;
    made.role_table.emplace();
    for (const auto& role : *roles) {
      const std::string at = member_place(member_place(place, "roles"), role.key());
      made.role_table->emplace(role.key(), our_roles(role.value(), at));
    }
  }

  Words our_roles(const json::value& value, const std::string& place) {
    Words roles = texts(value, place);
    for (const std::string& role : roles) {
      if (!is_label(role)) refuse(place, "The name of a role has 1 to 64 printable characters.");
    }
    return roles;
  }

  void load(OutsideIssuer issuer, const std::string& place) {
    const KeySource source = issuer.source;
    Result<IssuerKeys> keys = IssuerKeys::load(std::move(issuer));
    if (!keys) {
      const char* const name = source == KeySource::secret ? "secret"
                               : source == KeySource::key  ? "key"
                                                           : "jwks";
      return refuse(member_place(place, name), keys.error().message);
    }
    if (!keys->warning().empty()) made_.warnings.push_back(keys->warning());
    made_.issuers.push_back(*std::move(keys));
  }

  AuthConfiguration made_;
};

}  // namespace

Result<AuthConfiguration> read_auth(const ConfigFile& file) { return AuthReader(file).read(); }

}  // namespace coterie
