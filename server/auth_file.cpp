#include "server/auth_file.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "protocol/names.hpp"
#include "server/auth/token_issuer.hpp"
#include "server/ops/nearest_word.hpp"
#include "server/types_file.hpp"

namespace coterie {
namespace {

namespace json = boost::json;
using std::chrono::seconds;
using Words = std::vector<std::string>;

constexpr std::size_t kMostIssuers = 16;
constexpr std::size_t kMostText = 500;
constexpr std::size_t kMostRoles = 64;

struct Range {
  seconds least;
  seconds most;
  const char* text;
};
constexpr Range kAccess{std::chrono::minutes(1), std::chrono::hours(8), "From \"1m\" to \"8h\"."};
constexpr Range kRefresh{std::chrono::hours(1), std::chrono::days(365), "From \"1h\" to \"365d\"."};
constexpr Range kIdle{std::chrono::minutes(1), std::chrono::days(365),
                      "From \"1m\" to \"365d\", or \"\" for off."};

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string hint(std::string_view given, const Words& known) {
  const std::string near = nearest_word(given, known);
  return near.empty() ? "known are " + joined(known) : "did you mean " + near + '?';
}

// Reads on after a mistake, so that each function stays short; the first one is told.
class AuthReader {
 public:
  explicit AuthReader(const ConfigFile& file) : file_(file) {}

  Result<AuthConfiguration> read() {
    if (const json::object* auth = table(file_.root, {}, "auth")) read_auth(*auth);
    if (error_) return *error_;
    return std::move(made_);
  }

 private:
  void refuse(const std::string& place, const std::string& message) {
    if (!error_) error_ = file_.error(place, message);
  }

  // ---- values of one kind ----
  void check_names(const json::object& members, const std::string& place, const Words& known) {
    for (const auto& member : members) {
      const std::string name(member.key());
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      refuse(member_place(place, name), "This key is not known; " + hint(name, known));
    }
  }
  const json::object* table(const json::object& parent, const std::string& place, std::string_view name) {
    const json::value* const found = parent.if_contains(name);
    if (found == nullptr) return nullptr;
    if (!found->is_object()) refuse(member_place(place, name), "This must be a table.");
    return found->if_object();
  }
  std::optional<std::string> text(const json::value& value, const std::string& place) {
    if (value.is_string() && value.get_string().size() <= kMostText) return std::string(value.get_string());
    refuse(place, "This must be a text, in quotes, of at most 500 characters.");
    return std::nullopt;
  }
  std::optional<std::string> text(const json::object& parent, const std::string& place, const char* name) {
    const json::value* const found = parent.if_contains(name);
    return found == nullptr ? std::nullopt : text(*found, member_place(place, name));
  }
  std::string needed_text(const json::object& parent, const std::string& place, const char* name) {
    const std::optional<std::string> found = text(parent, place, name);
    if (!found || found->empty()) refuse(place, std::string("This needs `") + name + "`.");
    return found.value_or("");
  }
  // One text, or a list of them.
  Words texts(const json::value& value, const std::string& place) {
    Words made;
    const json::array* const items = value.if_array();
    if (items == nullptr) {
      if (auto one = text(value, place)) made.push_back(*std::move(one));
      return made;
    }
    if (items->size() > kMostRoles) refuse(place, "This list may hold 64 at most.");
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (auto one = text((*items)[i], item_place(place, i))) made.push_back(*std::move(one));
    }
    return made;
  }
  std::optional<seconds> duration(const json::object& parent, const char* name, const Range& range) {
    const std::string place = member_place("auth", name);
    const std::optional<std::string> written = text(parent, "auth", name);
    if (!written || written->empty()) return std::nullopt;
    const auto read = duration_from_text(*written);
    if (read && *read >= range.least && *read <= range.most) return std::chrono::floor<seconds>(*read);
    refuse(place, std::string("This takes a number and a unit, s, m, h, d or w. ") + range.text);
    return std::nullopt;
  }
  void count(const json::object& parent, const char* name, int& made) {
    const json::value* const found = parent.if_contains(name);
    if (found == nullptr) return;
    const std::int64_t number = found->is_int64() ? found->get_int64() : 0;
    if (number < 1 || number > 10'000)
      refuse(member_place("auth", name), "This is a whole number from 1 to 10000.");
    made = static_cast<int>(std::clamp<std::int64_t>(number, 1, 10'000));
  }

  // ---- [auth] ----
  void read_auth(const json::object& auth) {
    check_names(
        auth, "auth",
        {"access_token", "idle", "issuers", "refresh_token", "sign_ins_per_account", "sign_ins_per_address"});
    for (const char* name : {"access_token", "refresh_token"}) {
      if (text(auth, "auth", name) == "") refuse(member_place("auth", name), "This cannot be switched off.");
    }
    made_.access_token = duration(auth, "access_token", kAccess).value_or(made_.access_token);
    made_.refresh_token = duration(auth, "refresh_token", kRefresh).value_or(made_.refresh_token);
    made_.idle = duration(auth, "idle", kIdle);
    if (made_.refresh_token < made_.access_token) {
      refuse("auth.refresh_token", "This may not be shorter than an access token lasts.");
    }
    count(auth, "sign_ins_per_account", made_.sign_ins.per_account);
    count(auth, "sign_ins_per_address", made_.sign_ins.per_address);
    if (const json::object* issuers = table(auth, "auth", "issuers")) read_issuers(*issuers);
  }

  // ---- [auth.issuers.NAME] ----
  void read_issuers(const json::object& issuers) {
    if (issuers.size() > kMostIssuers) return refuse("auth.issuers", "There may be 16 issuers at most.");
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
    if (const json::value* types = members.if_contains("typ")) {
      made.types = texts(*types, member_place(place, "typ"));
      if (made.types.empty())
        refuse(member_place(place, "typ"), "This names no type; \"\" stands for none in the token.");
    }
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
    for (const std::string& word : texts(*found, at)) {
      const auto known = jws_algorithm_from_text(word);
      if (!known) {
        refuse(at,
               "This algorithm is not known; " + hint(word, {"HS256", "RS256", "PS256", "ES256", "EdDSA"}));
      } else if (std::find(made.algorithms.begin(), made.algorithms.end(), *known) != made.algorithms.end()) {
        refuse(at, "This algorithm is named twice.");
      } else {
        made.algorithms.push_back(*known);
      }
    }
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
    if (const json::value* roles = members.if_contains("default_roles")) {
      made.default_roles = our_roles(*roles, member_place(place, "default_roles"));
    }
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

  const ConfigFile& file_;
  AuthConfiguration made_;
  std::optional<Error> error_;
};

}  // namespace

Result<AuthConfiguration> read_auth(const ConfigFile& file) { return AuthReader(file).read(); }

}  // namespace coterie
