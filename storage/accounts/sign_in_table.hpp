// Sign-ins, and the refresh tokens of each: a token is exchanged once; what comes again later than a moment
// after is a copy in the wrong hands, and ends the whole family (RFC 9700, 4.14.2). Tokens are known by
// their SHA-256 alone. Thread: its database's. Law 8.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "protocol/error.hpp"
#include "storage/accounts/account.hpp"

namespace coterie {

class Database;

struct RefreshToken {
  SignIn sign_in;
  std::optional<Timestamp> used_at;  // exchanged for its successor then
};

class SignInTable {
 public:
  explicit SignInTable(Database& database) : database_(database) {}

  Result<std::vector<SignIn>> living(Timestamp now);
  Result<std::optional<SignIn>> find(const std::string& id);
  Result<std::vector<SignIn>> living_of(const UserId& user, Timestamp now);  // the oldest first
  Result<std::optional<RefreshToken>> find_token(const std::string& hash);

  // Within a transaction of the caller.
  Result<void> add(const SignIn& sign_in, const std::string& token_hash);
  Result<void> exchange(const std::string& hash, const std::string& successor, const SignIn& sign_in,
                        Timestamp now);  // keeps the sign-in's times and origin too
  Result<void> seen(const std::string& id, Timestamp at);
  Result<void> end(const std::string& id, const std::string& why);
  Result<std::size_t> purge(Timestamp before);  // those that ended or expired earlier

 private:
  Database& database_;
};

}  // namespace coterie
