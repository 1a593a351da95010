#include "storage/accounts/account_store.hpp"

#include <sys/stat.h>

#include <utility>

#include "storage/accounts/account_profile.hpp"
#include "storage/accounts/account_schema.hpp"
#include "storage/sqlite/query.hpp"
#include "storage/sqlite/transaction.hpp"

namespace coterie {
namespace {

Error refusal_of(ErrorCode code, std::string message, std::string member = {}) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  error.member = std::move(member);
  return error;
}

bool failed(const UserChanged& changed) { return !std::holds_alternative<UserAccount>(changed); }
bool failed(const RulesChanged& changed) { return !std::holds_alternative<RulesVersion>(changed); }
bool failed(const TokenExchange& exchange) { return std::holds_alternative<Error>(exchange); }
template <class T>
bool failed(const Result<T>& result) {
  return !result;
}

}  // namespace

AccountStore::AccountStore(std::unique_ptr<Database> database)
    : database_(std::move(database)),
      users_(*database_),
      sign_ins_(*database_),
      rules_(*database_),
      activity_(*database_) {}

Result<std::unique_ptr<AccountStore>> AccountStore::open(const std::filesystem::path& directory) {
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  const mode_t before = umask(0077);
  Result<std::unique_ptr<Database>> database = Database::open(directory / kFile, Database::Mode::write);
  umask(before);
  if (!database) return database.error();
  if (Result<void> done = migrate(**database, account_migrations()); !done) return done.error();
  std::unique_ptr<AccountStore> store(new AccountStore(std::move(*database)));
  if (const Result<bool> first = store->changed_elsewhere(); !first) return first.error();
  return store;
}

Result<bool> AccountStore::changed_elsewhere() {
  Query query(*database_, "PRAGMA data_version");
  std::int64_t version = data_version_;
  if (query.next()) version = query.integer(0);
  if (Result<void> done = query.end(); !done) return done.error();
  return std::exchange(data_version_, version) != version;
}

// A transaction that stands where `work` succeeds; what it touched counts only then.
template <class Do>
auto AccountStore::in_transaction(Do work) -> decltype(work()) {
  const AccountsTouched before = touched_;
  Transaction transaction(*database_, Transaction::Kind::write);
  if (!transaction.begun()) return transaction.begun().error();
  auto outcome = work();
  if (!failed(outcome)) {
    const Result<void> committed = transaction.commit();
    if (committed) return outcome;
    touched_ = before;
    return committed.error();
  }
  touched_ = before;
  return outcome;
}

Result<void> AccountStore::add_activity(const Activity& activity) {
  Result<ActivityRow> row = activity_.add(activity);
  if (!row) return row.error();
  touched_.activity.push_back(std::move(*row));
  return {};
}

Result<ActivityRow> AccountStore::note(const Activity& activity) {
  return in_transaction([&]() -> Result<ActivityRow> {
    if (Result<void> done = add_activity(activity); !done) return done.error();
    return touched_.activity.back();
  });
}

// ---- users ----

UserChanged AccountStore::write_user(UserAccount account, const UserChange& change, ActivityKind kind,
                                     const Act& act, const std::string& words) {
  account.version = Version{account.version.value() + 1};
  account.updated_at = act.at;
  account.updated_by = act.by;
  if (Result<void> done = users_.put(account, change.password, words); !done) return done.error();
  if (Result<void> done = add_activity({kind, act.by, account.id.value(), words, act.from, act.at}); !done) {
    return done.error();
  }
  touched_.users.push_back(account);
  return account;
}

UserChanged AccountStore::add_user(const UserId& id, const UserChange& change, const Act& act) {
  if (Result<void> fine = check_user(id, change); !fine) return fine.error();
  return in_transaction([&]() -> UserChanged {
    const Result<std::optional<UserAccount>> there = users_.find(id);
    if (!there) return there.error();
    if (*there)
      return refusal_of(ErrorCode::bad_request, "There is a user of this name already.", "username");
    UserAccount account;
    account.id = id;
    account.created_at = act.at;
    account.profile = profile_of(id, change.name);
    apply(change, account);
    return write_user(account, change, ActivityKind::user_added, act, words_of(change));
  });
}

UserChanged AccountStore::change_user(const UserId& id, const UserChange& change,
                                      std::optional<Version> expected, const Act& act,
                                      const std::string& keep_sign_in) {
  if (Result<void> fine = check_user(id, change); !fine) return fine.error();
  return in_transaction([&]() -> UserChanged {
    Result<std::optional<UserAccount>> found = users_.find(id);
    if (!found) return found.error();
    if (!*found) return refusal_of(ErrorCode::not_found, "There is no user of this name.");
    UserAccount account = std::move(**found);
    if (expected && *expected != account.version) return Stale{std::move(account)};
    const bool administered = account.roles.has(kAdminRole) && !account.disabled;
    apply(change, account);
    if (administered && (account.disabled || !account.roles.has(kAdminRole))) {
      const Result<bool> others = users_.has_other_administrator(id);
      if (!others) return others.error();
      if (!*others) {
        return refusal_of(ErrorCode::bad_request, "This is the last administrator; make another one first.",
                          "roles");
      }
    }
    const bool ends = change.password || (change.disabled && *change.disabled);
    if (ends) {
      const std::string why = change.password ? "password changed" : "user disabled";
      if (Result<void> done = end_all_of(id, why, keep_sign_in, act.at); !done) return done.error();
    }
    const bool password_alone = change.password && words_of(change) == "password";
    return write_user(std::move(account), change,
                      password_alone ? ActivityKind::password_changed : ActivityKind::user_changed, act,
                      words_of(change));
  });
}

// ---- rules ----

Result<RulesVersion> AccountStore::write_rules(RulesVersion rules, bool noted, const Act& act) {
  if (Result<void> done = rules_.put(rules); !done) return done.error();
  if (noted) {
    std::string words = "version " + std::to_string(rules.version.value()) + ", by ";
    words += to_text(rules.origin);
    if (rules.text.source.empty()) words += ": none, everyone who is signed in may everything";
    const Activity activity{ActivityKind::rules_changed, act.by, "rules", std::move(words), act.from, act.at};
    if (Result<void> done = add_activity(activity); !done) return done.error();
  }
  touched_.rules = rules;
  return rules;
}

RulesChanged AccountStore::set_rules(const RulesText& text, RulesOrigin origin, Version expected,
                                     const Act& act) {
  return in_transaction([&]() -> RulesChanged {
    Result<RulesVersion> current = rules_.newest();
    if (!current) return current.error();
    if (current->version != expected) return StaleRules{std::move(*current)};
    Result<RulesVersion> written =
        write_rules({Version{expected.value() + 1}, text, origin, act.by, act.at}, true, act);
    if (!written) return written.error();
    return std::move(*written);
  });
}

Result<RulesVersion> AccountStore::take_file_rules(const RulesText& text, Timestamp now) {
  return in_transaction([&]() -> Result<RulesVersion> {
    Result<RulesVersion> current = rules_.newest();
    if (!current) return current.error();
    const Result<std::optional<RulesVersion>> last = rules_.last_of_file();
    if (!last) return last.error();
    if (*last && (*last)->text.hash == text.hash) return current;
    // That a first start has none is no change.
    const bool noted = *last || !text.source.empty();
    const Act act{UserId{"file"}, {}, now};
    return write_rules({Version{current->version.value() + 1}, text, RulesOrigin::file, act.by, now}, noted,
                       act);
  });
}

// ---- signing in ----

Result<void> AccountStore::end_one(SignIn sign_in, const std::string& why) {
  if (Result<void> done = sign_ins_.end(sign_in.id, why); !done) return done;
  sign_in.ended = why;
  touched_.sign_ins.push_back(std::move(sign_in));
  return {};
}

Result<void> AccountStore::end_all_of(const UserId& user, const std::string& why, const std::string& but,
                                      Timestamp now) {
  Result<std::vector<SignIn>> living = sign_ins_.living_of(user, now);
  if (!living) return living.error();
  for (SignIn& one : *living) {
    if (one.id == but) continue;
    if (Result<void> done = end_one(std::move(one), why); !done) return done;
  }
  return {};
}

Result<SignIn> AccountStore::sign_in(const UserId& user, const std::string& id, const std::string& token_hash,
                                     const SignInTerms& terms, const Act& act) {
  return in_transaction([&]() -> Result<SignIn> {
    Result<std::optional<UserAccount>> account = users_.find(user);
    if (!account) return account.error();
    if (!*account || (*account)->disabled) {
      return refusal_of(ErrorCode::unauthorized, "The name or the password is wrong.");
    }
    Result<std::vector<SignIn>> living = sign_ins_.living_of(user, act.at);
    if (!living) return living.error();
    for (std::size_t i = 0; i + terms.of_a_user <= living->size(); ++i) {
      if (Result<void> done = end_one((*living)[i], "too many sign-ins"); !done) return done.error();
    }
    SignIn sign_in{id, user, act.from, act.at, act.at, act.at + terms.lives, {}};
    if (Result<void> done = sign_ins_.add(sign_in, token_hash); !done) return done.error();
    if (Result<void> done = users_.logged_in(user, act.at); !done) return done.error();
    if (Result<void> done = add_activity({ActivityKind::signed_in, user, id, {}, act.from, act.at}); !done) {
      return done.error();
    }
    (*account)->last_login_at = act.at;
    touched_.users.push_back(std::move(**account));
    touched_.sign_ins.push_back(sign_in);
    return sign_in;
  });
}

TokenExchange AccountStore::exchange(const std::string& hash, const std::string& successor,
                                     const SignInTerms& terms, const Act& act) {
  const auto refused = [] {
    return refusal_of(ErrorCode::unauthorized, "This refresh token is not good any more: sign in again.",
                      "refresh_token");
  };
  return in_transaction([&]() -> TokenExchange {
    Result<std::optional<RefreshToken>> found = sign_ins_.find_token(hash);
    if (!found) return found.error();
    if (!*found || !(*found)->sign_in.lives(act.at)) return refused();
    SignIn sign_in = std::move((*found)->sign_in);
    const std::optional<Timestamp> used_at = (*found)->used_at;
    if (used_at && act.at - *used_at > terms.repeat) {
      if (Result<void> done = end_one(sign_in, "refresh token used twice"); !done) return done.error();
      const Activity activity{ActivityKind::token_reused,
                              sign_in.user,
                              sign_in.id,
                              "every token of this sign-in has ended",
                              act.from,
                              act.at};
      if (Result<void> done = add_activity(activity); !done) return done.error();
      return Reused{std::move(sign_in)};
    }
    if (used_at) return Exchanged{std::move(sign_in)};
    if (terms.idle && act.at - sign_in.last_seen > *terms.idle) {
      return refused();
    }
    sign_in.last_seen = act.at;
    sign_in.expires_at = act.at + terms.lives;
    sign_in.from = act.from;
    if (Result<void> done = sign_ins_.exchange(hash, successor, sign_in, act.at); !done) return done.error();
    touched_.sign_ins.push_back(sign_in);
    return Exchanged{std::move(sign_in)};
  });
}

Result<bool> AccountStore::end_sign_in(const std::string& id, ActivityKind kind, const std::string& why,
                                       const Act& act) {
  return in_transaction([&]() -> Result<bool> {
    Result<std::optional<SignIn>> found = sign_ins_.find(id);
    if (!found) return found.error();
    if (!*found || !(*found)->lives(act.at)) return false;
    const UserId user = (*found)->user;
    if (Result<void> done = end_one(std::move(**found), why); !done) return done.error();
    const std::string of = act.by == user ? "" : "of " + user.value();
    if (Result<void> done = add_activity({kind, act.by, id, of, act.from, act.at}); !done)
      return done.error();
    return true;
  });
}

Result<std::size_t> AccountStore::purge(Timestamp before) {
  return in_transaction([&] { return sign_ins_.purge(before); });
}

Result<void> AccountStore::seen(const std::vector<std::string>& sign_ins, Timestamp at) {
  return in_transaction([&]() -> Result<void> {
    for (const std::string& id : sign_ins) {
      if (Result<void> done = sign_ins_.seen(id, at); !done) return done;
    }
    return {};
  });
}

}  // namespace coterie
