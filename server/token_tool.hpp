// For people who set up a sign-in of their own: what a token says, what is expected of it, and one made to
// try. Thread: any; blocking. Law 8.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/auth/verified_token.hpp"
#include "server/auth_file.hpp"

namespace coterie {

struct TokenReport {
  // What stands in the token beside what its issuer has to put there; not printable yet.
  struct Line {
    std::string what;
    std::string said;
    std::string expected;  // empty: nothing in particular
  };
  std::vector<Line> lines;
  std::string claims;                     // all of them, as JSON; likewise
  std::optional<VerifiedToken> verified;  // absent: refused
  std::string refusal;
};

// `data`: the directory with the server's own signing keys; without it, or them, no token of our own is good.
// Error bad_request: the keys cannot be used.
Result<TokenReport> report_on_token(std::string_view token, AuthConfiguration configured,
                                    const std::filesystem::path& data, Timestamp now);

struct TrialClaims {
  std::string user;
  std::string name{};                // empty: none
  std::vector<std::string> roles{};  // theirs, before the table
  std::chrono::seconds lasts = std::chrono::minutes(15);
};

// A token as the outside issuer of this name would sign it. Error bad_request: there is no such issuer, or it
// does not sign with a secret in a file.
Result<std::string> make_trial_token(const AuthConfiguration& configured, std::string_view issuer,
                                     const TrialClaims& claims, Timestamp now);

}  // namespace coterie
