#include "server/accounts/sign_in_service.hpp"

#include <memory>
#include <utility>

#include "protocol/names.hpp"
#include "server/auth/token_issuer.hpp"

namespace coterie {
namespace {

constexpr std::size_t kSignInIdChars = 15;  // 90 bits: no secret, but not to be met twice
constexpr std::size_t kMostRefreshTokenBytes = 256;

Error error_of(ErrorCode code, std::string message, std::string member = {}) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  error.member = std::move(member);
  return error;
}

Error wrong_password() { return error_of(ErrorCode::unauthorized, "The name or the password is wrong."); }

Error wait(std::chrono::milliseconds time) {
  Error error =
      error_of(ErrorCode::rate_limited, "Too many failed sign-ins. Wait for retryAfterMs, then try again.");
  error.retry = true;
  error.retry_after = time;
  return error;
}

// What the store knows of who signs in.
struct Credentials {
  std::optional<std::string> password;  // encoded; absent: nobody signs in by it
  bool readable = true;
};

Credentials read_credentials(AccountStore& store, const UserId& user) {
  const Result<std::optional<UserAccount>> account = store.users().find(user);
  Result<std::optional<std::string>> password = store.users().password(user);
  if (!account || !password) return {std::nullopt, false};
  if (!*account || (*account)->disabled) return {};
  return {std::move(*password), true};
}

}  // namespace

Error too_busy() {
  Error error = error_of(ErrorCode::overloaded, "Too many sign in at once; try again shortly.");
  error.retry = true;
  error.retry_after = std::chrono::milliseconds(1000);
  return error;
}

SignInService::SignInService(Parts parts, SignInOptions options)
    : parts_(std::move(parts)), options_(std::move(options)) {}

void SignInService::configure(std::chrono::seconds access, SignInTerms terms) {
  options_.access = access;
  options_.terms = terms;
}

Tokens SignInService::tokens_of(const UserAccount& account, const std::string& sign_in,
                                std::string refresh_token) const {
  const AccessClaims claims{{account.id, account.profile.name}, sign_in, account.roles};
  return {issue_access_token(parts_.keys, claims, parts_.now(), options_.access), std::move(refresh_token),
          options_.access, account};
}

// Whether this is the user's password, in the time that it takes for anybody.
void SignInService::check(const UserId& user, SecretText password, const Origin& from, Checked done) {
  if (Result<void> fine = check_password_length(password.view()); !fine) return done(fine.error());
  if (const auto time = parts_.throttle.begin(user.value(), from.address, parts_.now())) {
    parts_.metrics.sign_in("rate_limited");
    return done(wait(*time));
  }
  const auto told = std::make_shared<Checked>(
      [this, user, from, done = std::move(done)](const Result<PasswordCheck>& checked) {
        judged(user, from, checked);
        done(checked);
      });
  auto kept = std::make_shared<SecretText>(std::move(password));
  const bool taken = parts_.desk.ask(
      [user](AccountStore& store) { return read_credentials(store, user); },
      [this, kept, told](Credentials credentials) {
        if (!credentials.readable) return (*told)(too_busy());
        PasswordHasher::Checked on_pool = [this, told](Result<PasswordCheck> checked) {
          parts_.post([told, checked = std::move(checked)] { (*told)(checked); });
        };
        const Result<void> begun =
            credentials.password
                ? parts_.hasher.verify(std::move(*credentials.password), std::move(*kept), std::move(on_pool))
                : parts_.hasher.verify_nobody(std::move(*kept), std::move(on_pool));
        if (!begun) (*told)(begun.error());
      });
  if (!taken) (*told)(too_busy());
}

void SignInService::judged(const UserId& user, const Origin& from, const Result<PasswordCheck>& checked) {
  if (!checked) return parts_.throttle.dropped(user.value(), from.address);
  if (checked->ok) return parts_.throttle.succeeded(user.value(), from.address);
  parts_.throttle.failed(user.value(), from.address, parts_.now());
  parts_.metrics.sign_in("refused");
  // What is no name may be a megabyte, or a password in the wrong place.
  const std::string name = is_label(user.value()) ? user.value() : "(no name)";
  parts_.log.warn("sign_in_refused",
                  {{"user", std::string_view(name)}, {"peer", std::string_view(from.address)}});
  parts_.desk.note(
      {ActivityKind::sign_in_refused, UserId{}, name, "wrong name or password", from, parts_.now()});
}

void SignInService::sign_in(const UserId& user, SecretText password, const Origin& from, TokensDone done) {
  auto again = std::make_shared<std::string>(password.view());  // in case it is to be hashed anew
  check(user, std::move(password), from,
        [this, user, from, again, done = std::move(done)](const Result<PasswordCheck>& checked) {
          if (!checked || !checked->ok) wipe(*again);
          if (!checked) return done(checked.error());
          if (!checked->ok) return done(wrong_password());
          if (checked->needs_rehash) {
            const Result<void> begun =
                parts_.hasher.hash(std::move(*again), [this, user](Result<std::string> hash) {
                  if (!hash) return;
                  parts_.post([this, user, hash = std::move(*hash)] {
                    const bool taken = parts_.desk.ask(
                        [user, hash](AccountStore& store) { return store.users().rehash(user, hash); },
                        [](const Result<void>&) {});  // the old one is good as well
                    static_cast<void>(taken);
                  });
                });
            static_cast<void>(begun);
          }
          wipe(*again);
          begin(user, from, done);
        });
}

void SignInService::begin(const UserId& user, const Origin& from, TokensDone done) {
  auto shared = std::make_shared<TokensDone>(std::move(done));
  const std::string token = new_secret();
  const std::string id = new_secret().substr(0, kSignInIdChars);
  const bool taken = parts_.desk.ask(
      [user, id, hash = hash_of_secret(token), terms = options_.terms, act = Act{user, from, parts_.now()}](
          AccountStore& store) { return store.sign_in(user, id, hash, terms, act); },
      [this, shared, token](const Result<SignIn>& sign_in) {
        if (!sign_in) return (*shared)(sign_in.error());
        const UserAccount* const account = parts_.directory.find(sign_in->user);
        if (account == nullptr) return (*shared)(wrong_password());
        parts_.metrics.sign_in("signed_in");
        (*shared)(tokens_of(*account, sign_in->id, token));
      });
  if (!taken) (*shared)(too_busy());
}

void SignInService::refresh(SecretText token, const Origin& from, TokensDone done) {
  if (token.size() == 0 || token.size() > kMostRefreshTokenBytes) {
    return done(
        error_of(ErrorCode::unauthorized, "This is no refresh token of this server.", "refresh_token"));
  }
  auto shared = std::make_shared<TokensDone>(std::move(done));
  const std::string successor = hash_of_secret(hmac_sha256(options_.refresh_key, token.view()));
  const bool taken = parts_.desk.ask(
      [hash = hash_of_secret(token.view()), successor_hash = hash_of_secret(successor),
       terms = options_.terms, act = Act{{}, from, parts_.now()}](AccountStore& store) {
        return store.exchange(hash, successor_hash, terms, act);
      },
      [this, shared, successor, from](TokenExchange exchange) {
        if (const auto* error = std::get_if<Error>(&exchange)) {
          parts_.metrics.token_refresh("refused");
          return (*shared)(*error);
        }
        if (const auto* reused = std::get_if<Reused>(&exchange)) {
          parts_.metrics.token_refresh("reused");
          parts_.log.warn("token_reused", {{"user", std::string_view(reused->sign_in.user.value())},
                                           {"peer", std::string_view(from.address)}});
          return (*shared)(error_of(ErrorCode::unauthorized,
                                    "This refresh token was used before: everything signed in with it has "
                                    "ended. Sign in again.",
                                    "refresh_token"));
        }
        const SignIn& sign_in = std::get<Exchanged>(exchange).sign_in;
        const UserAccount* const account = parts_.directory.find(sign_in.user);
        if (account == nullptr || account->disabled) {
          return (*shared)(error_of(ErrorCode::unauthorized, "This user cannot sign in any more."));
        }
        parts_.metrics.token_refresh("refreshed");
        (*shared)(tokens_of(*account, sign_in.id, successor));
      });
  if (!taken) (*shared)(too_busy());
}

void SignInService::sign_out(const Author& author, const Origin& from, Done done) {
  if (author.sign_in.empty()) return done({});  // an outside issuer's token ends with its own time
  end(author.sign_in, nullptr, author.user, from, [done = std::move(done)](const Result<void>& ended) {
    if (!ended && ended.error().code != ErrorCode::not_found) return done(ended.error());
    done({});
  });
}

void SignInService::sign_out(SecretText token, const Origin& from, Done done) {
  auto shared = std::make_shared<Done>(std::move(done));
  const bool taken = parts_.desk.ask(
      [hash = hash_of_secret(token.view()), from, now = parts_.now()](AccountStore& store) -> Result<bool> {
        const Result<std::optional<RefreshToken>> found = store.sign_ins().find_token(hash);
        if (!found) return found.error();
        if (!*found) return false;
        const SignIn& sign_in = (*found)->sign_in;
        return store.end_sign_in(sign_in.id, ActivityKind::signed_out, "signed out",
                                 {sign_in.user, from, now});
      },
      [shared](const Result<bool>& ended) {
        (*shared)(ended ? Result<void>() : Result<void>(ended.error()));
      });
  if (!taken) (*shared)(too_busy());
}

void SignInService::end(const std::string& sign_in, const UserId* owner, const UserId& by, const Origin& from,
                        Done done) {
  const SignIn* const found = parts_.directory.find_sign_in(sign_in);
  if (found == nullptr || (owner != nullptr && found->user != *owner)) {
    return done(error_of(ErrorCode::not_found, "There is no such session; it may have ended."));
  }
  const bool own = found->user == by;
  auto shared = std::make_shared<Done>(std::move(done));
  const bool taken = parts_.desk.ask(
      [sign_in, own, act = Act{by, from, parts_.now()}](AccountStore& store) {
        return store.end_sign_in(sign_in, own ? ActivityKind::signed_out : ActivityKind::session_ended,
                                 own ? "signed out" : "ended by an administrator", act);
      },
      [shared](const Result<bool>& ended) {
        (*shared)(ended ? Result<void>() : Result<void>(ended.error()));
      });
  if (!taken) (*shared)(too_busy());
}

void SignInService::change_password(const Author& author, SecretText current, SecretText next,
                                    const Origin& from, Done done) {
  if (Result<void> fine = check_password_length(next.view()); !fine) return done(fine.error());
  auto kept = std::make_shared<SecretText>(std::move(next));
  auto shared = std::make_shared<Done>(std::move(done));
  check(author.user, std::move(current), from,
        [this, author, from, kept, shared](const Result<PasswordCheck>& checked) {
          if (!checked) return (*shared)(checked.error());
          if (!checked->ok) {
            return (*shared)(
                error_of(ErrorCode::unauthorized, "The current password is wrong.", "currentPassword"));
          }
          const Result<void> begun =
              parts_.hasher.hash(std::move(*kept), [this, author, from, shared](Result<std::string> hash) {
                parts_.post([this, author, from, shared, hash = std::move(hash)] {
                  if (!hash) return (*shared)(hash.error());
                  UserChange change;
                  change.password = *hash;
                  const bool taken = parts_.desk.ask(
                      [change, author, act = Act{author.user, from, parts_.now()}](AccountStore& store) {
                        return store.change_user(author.user, change, std::nullopt, act, author.sign_in);
                      },
                      [shared](const UserChanged& changed) {
                        const auto* error = std::get_if<Error>(&changed);
                        (*shared)(error ? Result<void>(*error) : Result<void>());
                      });
                  if (!taken) (*shared)(too_busy());
                });
              });
          if (!begun) (*shared)(begun.error());
        });
}

}  // namespace coterie
