// Whether an access token is good, and whose it is: our own, or that of an outside issuer. Checked are its
// form, its type, who issued it and for whom, its signature by the key that its issuer has, and its time; the
// roads of RFC 8725 around each of them are closed. Thread: loop. Law 8.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/error.hpp"
#include "server/auth/outside_issuer.hpp"
#include "server/auth/token_cache.hpp"
#include "server/auth/token_keys.hpp"
#include "server/auth/verified_token.hpp"

namespace coterie {

class TokenVerifier {
 public:
  static constexpr std::size_t kCachedTokens = 4096;

  // `own` lives longer.
  explicit TokenVerifier(const TokenKeys& own, std::size_t cached_tokens = kCachedTokens);

  // In place of those before, at the start and when the configuration is read anew. No two have the same
  // `iss`, and none has ours: who reads the configuration sees to that.
  void set_issuers(std::vector<IssuerKeys> issuers);

  // Error unauthorized, whose message says in general what is wrong and repeats nothing of the token.
  Result<VerifiedToken> verify(std::string_view token, Timestamp now);

 private:
  Result<VerifiedToken> check(std::string_view token, Timestamp now) const;
  Result<VerifiedToken> check_own(const TokenForm& token, Timestamp now) const;
  Result<VerifiedToken> check_outside(const TokenForm& token, const IssuerKeys& keys, Timestamp now) const;

  const TokenKeys& own_;
  std::map<std::string, IssuerKeys, std::less<>> issuers_;  // by `iss`
  TokenCache cache_;
  std::uint64_t own_changes_;
};

}  // namespace coterie
