// Signing in, staying signed in, signing out: a password or a refresh token becomes an access token of a
// quarter of an hour and the next refresh token. What is wrong of a name or a password is never told, nor by
// how long the answer takes. Thread: loop. Laws 6, 8.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "server/accounts/account_desk.hpp"
#include "server/accounts/account_directory.hpp"
#include "server/auth/password_hasher.hpp"
#include "server/auth/secret_text.hpp"
#include "server/auth/sign_in_throttle.hpp"
#include "server/auth/token_keys.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "storage/author.hpp"

namespace coterie {

// What a sign-in gives, in the words of RFC 6749, 5.1.
struct Tokens {
  std::string access_token;
  std::string refresh_token;
  std::chrono::seconds expires_in{};  // the access token
  UserAccount user;
};

struct SignInOptions {
  std::chrono::seconds access{900};
  SignInTerms terms;
  std::string refresh_key;  // 32 bytes: by it a refresh token leads to its successor, always the same
};

class SignInService {
 public:
  using Post = std::function<void(std::function<void()>)>;  // runs it on the loop
  using TokensDone = std::function<void(Result<Tokens>)>;
  using Done = std::function<void(Result<void>)>;
  struct Parts {
    AccountDesk& desk;
    AccountDirectory& directory;
    PasswordHasher& hasher;
    SignInThrottle& throttle;
    const TokenKeys& keys;
    Metrics& metrics;
    Log& log;
    Post post;
    std::function<Timestamp()> now;
  };

  SignInService(Parts parts, SignInOptions options);
  void configure(std::chrono::seconds access, SignInTerms terms);

  // Every `done` is called once, on the loop. Errors: unauthorized, bad_request (a password that cannot be
  // one), rate_limited with the time to wait, overloaded.
  void sign_in(const UserId& user, SecretText password, const Origin& from, TokensDone done);
  void refresh(SecretText token, const Origin& from, TokensDone done);
  // Without a password: for one that was just made.
  void begin(const UserId& user, const Origin& from, TokensDone done);
  // Ends the sign-in of an author, or of a refresh token; it is no error where there is none any more.
  void sign_out(const Author& author, const Origin& from, Done done);
  void sign_out(SecretText token, const Origin& from, Done done);
  // Ends all other sign-ins of that user.
  void change_password(const Author& author, SecretText current, SecretText next, const Origin& from,
                       Done done);
  // Ends one sign-in of `owner`, or of anybody where that is null. Error not_found.
  void end(const std::string& sign_in, const UserId* owner, const UserId& by, const Origin& from, Done done);

 private:
  using Checked = std::function<void(const Result<PasswordCheck>&)>;
  void check(const UserId& user, SecretText password, const Origin& from, Checked done);
  void judged(const UserId& user, const Origin& from, const Result<PasswordCheck>& checked);
  Tokens tokens_of(const UserAccount& account, const std::string& sign_in, std::string refresh_token) const;

  Parts parts_;
  SignInOptions options_;
};

Error too_busy();  // 503: too many sign-ins wait

}  // namespace coterie
