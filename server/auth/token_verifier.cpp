#include "server/auth/token_verifier.hpp"

#include <boost/json/array.hpp>
#include <cmath>
#include <optional>
#include <utility>

#include "protocol/names.hpp"
#include "server/auth/token_issuer.hpp"

namespace coterie {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr std::int64_t kLastSecond = 253'402'300'799;  // of the year 9999

// RFC 7519, NumericDate: seconds, a fraction allowed. Absent: it is something else.
std::optional<Timestamp> time_of(const json::value& value) {
  double number = -1;
  if (value.is_int64()) number = static_cast<double>(value.get_int64());
  if (value.is_double()) number = std::floor(value.get_double());
  if (!(number >= 0 && number <= static_cast<double>(kLastSecond))) return std::nullopt;
  return Timestamp(seconds(static_cast<std::int64_t>(number)));
}

// `application/at+jwt` and `AT+JWT` are at+jwt (RFC 7515 section 4.1.9).
std::string plain_type(std::string_view type) {
  std::string lower;
  for (const char c : type) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  constexpr std::string_view kPrefix = "application/";
  return lower.starts_with(kPrefix) ? lower.substr(kPrefix.size()) : lower;
}

bool is_of_type(const json::object& header, const std::vector<std::string>& types) {
  const json::value* const type = header.if_contains("typ");
  if (type != nullptr && (!type->is_string() || type->get_string().empty())) return false;
  const std::string given = plain_type(string_member(header, "typ"));
  for (const std::string& known : types) {
    if (given == plain_type(known)) return true;
  }
  return false;
}

bool is_for(const json::object& claims, std::string_view audience) {
  const json::value* const given = claims.if_contains("aud");
  if (given == nullptr) return false;
  if (const json::array* list = given->if_array()) {
    for (const json::value& item : *list) {
      if (item.is_string() && item.get_string() == audience) return true;
    }
    return false;
  }
  return string_member(claims, "aud") == audience;
}

// Issuers that sign both kinds of tokens with one key say by one of these which it is.
bool is_refresh_token(const json::object& claims) {
  for (const std::string_view name : {"typ", "type", "token_type", "token_use"}) {
    const std::string kind = plain_type(string_member(claims, name));
    if (kind == "refresh" || kind == "offline") return true;
  }
  return false;
}

// When it ends; Error: not now.
Result<Timestamp> time_check(const json::object& claims, Timestamp now) {
  const json::value* const end = claims.if_contains("exp");
  const std::optional<Timestamp> expires_at = end == nullptr ? std::nullopt : time_of(*end);
  if (!expires_at) return unauthorized("The token does not say when it expires.");
  for (const std::string_view name : {"nbf", "iat"}) {
    const json::value* const begin = claims.if_contains(name);
    if (begin == nullptr) continue;
    const std::optional<Timestamp> from = time_of(*begin);
    if (!from) return unauthorized("The token's times are not readable.");
    if (now + kTokenLeeway < *from) return unauthorized("The token is not valid yet.");
  }
  if (now >= *expires_at + kTokenLeeway) return unauthorized("The token has expired.");
  return *expires_at;
}

// Absent: the header's `kid` is no text.
std::optional<std::string_view> key_id(const json::object& header) {
  const json::value* const id = header.if_contains("kid");
  if (id != nullptr && !id->is_string()) return std::nullopt;
  return string_member(header, "kid");
}

Roles own_roles(const json::object& claims) {
  std::vector<std::string> names;
  const json::value* const list = claims.if_contains("roles");
  if (list != nullptr && list->is_array()) {
    for (const json::value& item : list->get_array()) {
      if (item.is_string()) names.emplace_back(item.get_string());
    }
  }
  return Roles(std::move(names));
}

const char* const kBadSignature = "The token's signature is not that of a key that is known here.";

}  // namespace

TokenVerifier::TokenVerifier(const TokenKeys& own, std::size_t cached_tokens)
    : own_(own), cache_(cached_tokens), own_changes_(own.changes()) {}

void TokenVerifier::set_issuers(std::vector<IssuerKeys> issuers) {
  cache_.clear();
  issuers_.clear();
  for (IssuerKeys& keys : issuers) {
    std::string issuer = keys.issuer().issuer;
    issuers_.emplace(std::move(issuer), std::move(keys));
  }
}

Result<VerifiedToken> TokenVerifier::verify(std::string_view token, Timestamp now) {
  if (own_changes_ != own_.changes()) cache_.clear();
  own_changes_ = own_.changes();
  if (token.size() > kMostTokenBytes) return check(token, now);
  if (const VerifiedToken* known = cache_.find(token, now)) return *known;
  Result<VerifiedToken> checked = check(token, now);
  if (checked) cache_.keep(token, *checked);
  return checked;
}

Result<VerifiedToken> TokenVerifier::check(std::string_view text, Timestamp now) const {
  const Result<TokenForm> token = read_token(text);
  if (!token) return token.error();
  const std::string_view issuer = string_member(token->claims, "iss");
  if (issuer == kOwnIssuer) return check_own(*token, now);
  const auto found = issuers_.find(issuer);
  if (issuer.empty() || found == issuers_.end()) return unauthorized("The token's issuer is not known here.");
  return check_outside(*token, found->second, now);
}

Result<VerifiedToken> TokenVerifier::check_own(const TokenForm& token, Timestamp now) const {
  if (string_member(token.header, "typ") != kAccessTokenType) return unauthorized("This is no access token.");
  const JwsKey* const key = own_.find(key_id(token.header).value_or(""));
  if (key == nullptr || !key->verifies(token)) return unauthorized(kBadSignature);
  if (!is_for(token.claims, kOwnIssuer)) return unauthorized("The token is meant for somebody else.");
  const Result<Timestamp> expires_at = time_check(token.claims, now);
  if (!expires_at) return expires_at.error();

  const std::string user(string_member(token.claims, "sub"));
  const std::string sign_in(string_member(token.claims, "sid"));
  if (!is_label(user) || sign_in.empty()) return unauthorized("The token does not say who it is for.");
  const std::string name(string_member(token.claims, "name"));
  return VerifiedToken{
      {}, {UserId{user}, name.empty() ? user : name}, own_roles(token.claims), sign_in, *expires_at};
}

Result<VerifiedToken> TokenVerifier::check_outside(const TokenForm& token, const IssuerKeys& keys,
                                                   Timestamp now) const {
  const OutsideIssuer& issuer = keys.issuer();
  if (!is_of_type(token.header, issuer.types)) return unauthorized("This is no access token.");
  const std::optional<std::string_view> id = key_id(token.header);
  const JwsKey* const key = id ? keys.find(*id) : nullptr;
  if (key == nullptr || !key->verifies(token)) return unauthorized(kBadSignature);
  if (!is_for(token.claims, issuer.audience)) return unauthorized("The token is meant for somebody else.");
  if (is_refresh_token(token.claims)) return unauthorized("This is a refresh token, not an access token.");
  const Result<Timestamp> expires_at = time_check(token.claims, now);
  if (!expires_at) return expires_at.error();
  Result<MappedUser> mapped = map_claims(issuer.claims, token.claims);
  if (!mapped) return mapped.error();
  return VerifiedToken{issuer.name, std::move(mapped->user), std::move(mapped->roles), {}, *expires_at};
}

}  // namespace coterie
