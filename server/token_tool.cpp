#include "server/token_tool.hpp"

#include <boost/json/array.hpp>
#include <utility>

#include "protocol/json.hpp"
#include "protocol/request_error.hpp"
#include "protocol/time_text.hpp"
#include "server/auth/token_issuer.hpp"
#include "server/auth/token_verifier.hpp"
#include "server/ops/nearest_word.hpp"

namespace coterie {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

std::string said(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr) return "-";
  return value->is_string() ? std::string(value->get_string()) : to_json_text(*value);
}

// A time of a token as everybody reads it.
std::string said_time(const json::object& claims, std::string_view name) {
  const json::value* const value = claims.if_contains(name);
  if (value == nullptr || !value->is_int64()) return said(claims, name);
  const std::int64_t second = value->get_int64();
  constexpr std::int64_t kMost = 253'402'300'799;
  if (second < 0 || second > kMost) return said(claims, name);
  return to_text(Timestamp(seconds(second)));
}

std::string quoted_list(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " or ") + (word.empty() ? "none" : word);
  return text;
}

struct Expected {
  std::string issuer;
  std::string audience;
  std::string types;
  std::string algorithms;
};

Expected expected_of(const AuthConfiguration& configured, const json::object& claims) {
  const std::string_view issuer = string_member(claims, "iss");
  if (issuer == kOwnIssuer) {
    return {std::string(kOwnIssuer), std::string(kOwnIssuer), std::string(kAccessTokenType), "HS256"};
  }
  std::vector<std::string> known{std::string(kOwnIssuer)};
  for (const IssuerKeys& keys : configured.issuers) {
    const OutsideIssuer& one = keys.issuer();
    known.push_back(one.issuer);
    if (one.issuer != issuer) continue;
    std::vector<std::string> algorithms;
    for (const JwsAlgorithm algorithm : one.algorithms) algorithms.emplace_back(to_text(algorithm));
    return {one.issuer, one.audience, quoted_list(one.types), quoted_list(algorithms)};
  }
  return {quoted_list(known), {}, {}, {}};
}

std::vector<TokenReport::Line> lines_of(const TokenForm& token, const Expected& expected, Timestamp now) {
  return {{"alg", said(token.header, "alg"), expected.algorithms},
          {"typ", said(token.header, "typ"), expected.types},
          {"kid", said(token.header, "kid"), {}},
          {"iss", said(token.claims, "iss"), expected.issuer},
          {"aud", said(token.claims, "aud"), expected.audience},
          {"exp", said_time(token.claims, "exp"), "after " + to_text(now)},
          {"nbf", said_time(token.claims, "nbf"), {}}};
}

// The claim at this path, an object for each step, where the issuer looks for it.
void put(json::object& claims, std::string_view path, json::value value) {
  json::object* inner = &claims;
  for (std::size_t dot = path.find('.'); dot != path.npos; dot = path.find('.')) {
    json::value& step = (*inner)[path.substr(0, dot)];
    if (!step.is_object()) step.emplace_object();
    inner = &step.get_object();
    path.remove_prefix(dot + 1);
  }
  (*inner)[path] = std::move(value);
}

Error no_issuer(const AuthConfiguration& configured, std::string_view name) {
  std::vector<std::string> names;
  for (const IssuerKeys& keys : configured.issuers) names.push_back(keys.issuer().name);
  const std::string near = nearest_word(name, names);
  if (names.empty()) return bad_request("no outside issuer is configured; docs/sign-in.md says how");
  return bad_request("no issuer is called " + coterie::quoted(name) + "; " +
                     (near.empty() ? "known are " + quoted_list(names) : "the nearest is " + near));
}

}  // namespace

Result<TokenReport> report_on_token(std::string_view text, AuthConfiguration configured,
                                    const std::filesystem::path& data, Timestamp now) {
  TokenReport report;
  const Result<TokenForm> token = read_token(text);
  if (!token) {
    report.refusal = token.error().message;
    return report;
  }
  report.claims = to_json_text(token->claims);
  report.lines = lines_of(*token, expected_of(configured, token->claims), now);

  Result<TokenKeys> own = data.empty() ? TokenKeys::none() : TokenKeys::load(data);
  if (!own) return own.error();
  TokenVerifier verifier(*own);
  verifier.set_issuers(std::move(configured.issuers));
  Result<VerifiedToken> verified = verifier.verify(text, now);
  if (verified) {
    report.verified = *std::move(verified);
  } else {
    report.refusal = verified.error().message;
  }
  return report;
}

Result<std::string> make_trial_token(const AuthConfiguration& configured, std::string_view name,
                                     const TrialClaims& claims, Timestamp now) {
  for (const IssuerKeys& keys : configured.issuers) {
    const OutsideIssuer& issuer = keys.issuer();
    if (issuer.name != name) continue;
    if (issuer.source != KeySource::secret) {
      return bad_request(
          "the issuer " + coterie::quoted(name) +
          " signs with a private key that is not here; only one with a `secret` can be tried so");
    }
    const auto second = std::chrono::floor<seconds>(now).time_since_epoch();
    json::object content{{"iss", issuer.issuer},
                         {"aud", issuer.audience},
                         {"iat", second.count()},
                         {"exp", (second + claims.lasts).count()}};
    put(content, issuer.claims.user, json::value(claims.user));
    if (!claims.name.empty()) put(content, issuer.claims.name, json::value(claims.name));
    if (!claims.roles.empty()) {
      json::array roles;
      for (const std::string& role : claims.roles) roles.emplace_back(role);
      put(content, issuer.claims.roles, std::move(roles));
    }
    return keys.find("")->sign(issuer.types.front(), {}, to_json_text(content));
  }
  return no_issuer(configured, name);
}

}  // namespace coterie
