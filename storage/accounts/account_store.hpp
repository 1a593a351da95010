// Accounts on disk: users, sign-ins, the rules of access, the activity log, in a database of their own. Each
// change is one transaction with the row of the activity log that tells of it. May be opened by several
// processes at once: the command line beside a running server. Blocking. Thread: one at a time. Laws 4, 8.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/error.hpp"
#include "storage/accounts/account.hpp"
#include "storage/accounts/activity_log.hpp"
#include "storage/accounts/rule_table.hpp"
#include "storage/accounts/sign_in_table.hpp"
#include "storage/accounts/user_table.hpp"
#include "storage/sqlite/database.hpp"

namespace coterie {

// What a change of a user came to. A Stale has changed nothing: the version was not the newest.
struct Stale {
  UserAccount current;
};
using UserChanged = std::variant<UserAccount, Stale, Error>;

// What the exchange of a refresh token came to.
struct Exchanged {
  SignIn sign_in;
};
struct Reused {  // a token that was exchanged before: its family has ended
  SignIn sign_in;
};
using TokenExchange = std::variant<Exchanged, Reused, Error>;  // Error unauthorized: no living sign-in's

struct SignInTerms {
  std::chrono::milliseconds lives{30LL * 24 * 3600 * 1000};  // from each exchange on
  std::optional<std::chrono::milliseconds> idle;             // ends one that was not seen for so long
  std::chrono::milliseconds repeat{10'000};  // the old token gets the same successor: two tabs, a lost answer
  std::size_t of_a_user = 100;               // the oldest ends
};

// The same of the rules.
struct StaleRules {
  RulesVersion current;
};
using RulesChanged = std::variant<RulesVersion, StaleRules, Error>;

// What the last changes touched, for those who hold it in memory.
struct AccountsTouched {
  std::vector<UserAccount> users;
  std::vector<SignIn> sign_ins;  // living, or ended just now
  std::vector<ActivityRow> activity;
  std::optional<RulesVersion> rules;  // the newest, where there is a new one
};

class AccountStore {
 public:
  static constexpr const char* kFile = "accounts.sqlite";
  // Makes the file where it is absent, readable by its owner alone. Error unavailable: with the path and why.
  static Result<std::unique_ptr<AccountStore>> open(const std::filesystem::path& directory);

  UserTable& users() { return users_; }
  SignInTable& sign_ins() { return sign_ins_; }
  RuleTable& rules() { return rules_; }
  ActivityLog& activity() { return activity_; }

  // ---- users. Errors: bad_request (exists, no name, the last administrator), not_found ----
  // `change.name` absent: the id; a colour and initials are made of it. `password`: encoded hash.
  UserChanged add_user(const UserId& id, const UserChange& change, const Act& act);
  // `expected`: the version that the change rests on; absent: whichever is newest.
  UserChanged change_user(const UserId& id, const UserChange& change, std::optional<Version> expected,
                          const Act& act, const std::string& keep_sign_in = {});

  // ---- rules. `text` has been checked by whoever read it ----
  // `expected`: the version that the change rests on.
  RulesChanged set_rules(const RulesText& text, RulesOrigin origin, Version expected, const Act& act);
  // What the file says: a new version where it says something else than when it was last taken up. The
  // newest.
  Result<RulesVersion> take_file_rules(const RulesText& text, Timestamp now);

  // ---- signing in ----
  Result<SignIn> sign_in(const UserId& user, const std::string& id, const std::string& token_hash,
                         const SignInTerms& terms, const Act& act);
  TokenExchange exchange(const std::string& hash, const std::string& successor, const SignInTerms& terms,
                         const Act& act);
  // False: there is no such living one.
  Result<bool> end_sign_in(const std::string& id, ActivityKind kind, const std::string& why, const Act& act);
  Result<void> seen(const std::vector<std::string>& sign_ins, Timestamp at);
  Result<std::size_t> purge(Timestamp before);  // of sign-ins that ended or expired earlier

  Result<ActivityRow> note(const Activity& activity);

  AccountsTouched take_touched() { return std::exchange(touched_, {}); }
  // Whether another process has changed something since the last call.
  Result<bool> changed_elsewhere();

 private:
  explicit AccountStore(std::unique_ptr<Database> database);
  template <class Do>
  auto in_transaction(Do work) -> decltype(work());
  UserChanged write_user(UserAccount account, const UserChange& change, ActivityKind kind, const Act& act,
                         const std::string& words);
  Result<RulesVersion> write_rules(RulesVersion rules, bool noted, const Act& act);
  Result<void> end_all_of(const UserId& user, const std::string& why, const std::string& but, Timestamp now);
  Result<void> end_one(SignIn sign_in, const std::string& why);
  Result<void> add_activity(const Activity& activity);

  std::unique_ptr<Database> database_;
  UserTable users_;
  SignInTable sign_ins_;
  RuleTable rules_;
  ActivityLog activity_;
  AccountsTouched touched_;
  std::int64_t data_version_ = -1;
};

// Whether a profile, roles and id can stand. Error bad_request naming the member.
Result<void> check_user(const UserId& id, const UserChange& change);

}  // namespace coterie
