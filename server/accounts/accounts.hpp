// Accounts as a whole: the store on its thread, all users in memory, keys, passwords, tokens, and who asks.
// Built once by the application. Thread: loop, unless a part says otherwise. Law 8.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/accounts/account_authenticator.hpp"
#include "server/accounts/account_desk.hpp"
#include "server/accounts/account_directory.hpp"
#include "server/accounts/rules_service.hpp"
#include "server/accounts/sign_in_service.hpp"
#include "server/accounts/user_service.hpp"
#include "server/auth/password_hasher.hpp"
#include "server/auth/sign_in_throttle.hpp"
#include "server/auth/token_keys.hpp"
#include "server/auth/token_verifier.hpp"

namespace coterie {

struct AccountsOptions {
  std::filesystem::path directory;
  bool dev = false;
  std::chrono::seconds access{900};
  SignInTerms terms;
  SignInLimits limits;
  std::vector<OutsideIssuer> issuers;                    // as configured, to be shown
  std::shared_ptr<std::vector<IssuerKeys>> issuer_keys;  // and theirs, for whoever puts them in force
  RulesRead rules;                                       // of the file
};

// What has to be there before the rest can be built: files and keys.
struct AccountsOpened {
  std::unique_ptr<AccountStore> store;
  TokenKeys keys;
  std::string refresh_key;
  std::vector<UserAccount> users;
  std::vector<SignIn> sign_ins;
  RulesVersion rules_version;                // the newest, what the file says now among them
  std::shared_ptr<const AccessRules> rules;  // what it says

  // Error: a file cannot be used, with its path and why.
  static Result<AccountsOpened> open(const AccountsOptions& options, Timestamp now);
};

class Accounts {
 public:
  using Post = std::function<void(std::function<void()>)>;
  Accounts(AccountsOpened opened, const AccountsOptions& options, Metrics& metrics, Log& log, Post post,
           std::function<Timestamp()> now);

  // New terms and issuers from now on; the rules are put in force by themselves. Loop thread.
  void configure(const AccountsOptions& options);
  void sweep();      // a few times a second: what has expired
  void keep_seen();  // once a minute: when each was last seen
  void stop();       // after what waits. Any thread
  bool nobody_yet() const { return directory.users().empty(); }

  TokenKeys keys;
  TokenVerifier verifier;
  AccountDirectory directory;
  PasswordHasher hasher;
  SignInThrottle throttle;
  AccountAuthenticator authenticator;
  AccountDesk desk;
  SignInService sign_ins;
  UserService users;
  RulesService rules;

 private:
  std::function<Timestamp()> now_;
};

}  // namespace coterie
