// Somebody else who signs tokens for this server: an application with a sign-in of its own, or an identity
// provider. What is configured of it, and how the claims of its tokens become a user with roles.
// Thread: any; values. Law 8.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/messages.hpp"
#include "protocol/roles.hpp"
#include "server/auth/jws_key.hpp"

namespace coterie {

enum class KeySource { secret, key, jwks };  // of a file: HS256's bytes, PEM, JWKS

// Which claims say what. A path goes into objects at its dots (`realm_access.roles`); a claim whose own name
// holds dots (`https://example.com/roles`) is found as well.
struct ClaimMapping {
  std::string user = "sub";
  std::string name = "name";
  std::string roles = "roles";   // a list of texts, or one text with spaces between
  std::string user_prefix = {};  // put before the user's id, so that two issuers cannot name the same user
  // Theirs to ours; what is not named here is dropped. Absent: taken as they are, but never `admin`, which is
  // given by name alone.
  std::optional<std::map<std::string, std::vector<std::string>, std::less<>>> role_table = {};
  std::vector<std::string> default_roles = {};  // in any case
};

struct OutsideIssuer {
  std::string name;                      // in the configuration, the log and `VerifiedToken`
  std::string issuer;                    // `iss`, exactly
  std::string audience;                  // one of `aud`, exactly
  std::vector<JwsAlgorithm> algorithms;  // one; several only with a JWKS, where each key still has one
  KeySource source = KeySource::key;
  std::filesystem::path file{};
  std::vector<std::string> types{"at+jwt", "JWT"};  // of the header `typ`; "" stands for one without
  ClaimMapping claims{};
};

struct MappedUser {
  UserName user;
  Roles roles;
};

// Error unauthorized: the token names no user, or one that cannot be a user's id here.
Result<MappedUser> map_claims(const ClaimMapping& mapping, const boost::json::object& claims);

// The keys of an issuer, each by its `kid`; one alone may do without.
class IssuerKeys {
 public:
  // Reads the file. Error bad_request, with its name.
  static Result<IssuerKeys> load(OutsideIssuer issuer);

  const OutsideIssuer& issuer() const { return issuer_; }
  const JwsKey* find(std::string_view id) const;  // null: none is meant by that
  std::size_t size() const { return keys_.size(); }
  const std::string& warning() const { return warning_; }  // empty, or what an operator should hear

 private:
  explicit IssuerKeys(OutsideIssuer issuer) : issuer_(std::move(issuer)) {}
  Result<void> read_secret(std::string content);
  Result<void> read_jwks(std::string_view content);
  Error refusal(std::string_view what) const;

  OutsideIssuer issuer_;
  std::map<std::string, JwsKey, std::less<>> keys_;  // the only one of a file stands under ""
  bool by_id_ = false;
  std::string warning_;
};

}  // namespace coterie
