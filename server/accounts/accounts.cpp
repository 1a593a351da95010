#include "server/accounts/accounts.hpp"

#include <utility>

#include "server/auth/private_file.hpp"

namespace coterie {
namespace {

constexpr const char* kRefreshKeyFile = "refresh-key";
constexpr std::size_t kMostKeyBytes = 1024;

// The secret by which a refresh token leads to its successor: made at the first start.
Result<std::string> load_or_make_refresh_key(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / kRefreshKeyFile;
  Result<PrivateFile> file = read_private_file(path, kMostKeyBytes);
  const bool absent = !file && file.error().code == ErrorCode::not_found;
  if (!file && !absent) return file.error();
  if (absent) {
    std::string key = new_secret();
    if (Result<void> written = write_private_file(path, key); !written) return written.error();
    return key;
  }
  Error error;
  error.code = ErrorCode::bad_request;
  error.member = path.string();
  if (file->others_may_read) {
    error.message = "The file " + path.string() + " may be read by others: chmod 600 it.";
    return error;
  }
  if (file->content.size() < 32) {
    error.message = "The file " + path.string() + " is damaged: remove it, and everybody signs in again.";
    return error;
  }
  return std::move(file->content);
}

AccountDeskOptions desk_options(std::function<Timestamp()> now) {
  AccountDeskOptions options;
  options.now = std::move(now);
  return options;
}

}  // namespace

Result<AccountsOpened> AccountsOpened::open(const AccountsOptions& options, Timestamp now) {
  begin_sodium();
  Result<std::unique_ptr<AccountStore>> store = AccountStore::open(options.directory);
  if (!store) return store.error();
  Result<TokenKeys> keys = TokenKeys::load_or_make(options.directory);
  if (!keys) return keys.error();
  Result<std::string> refresh_key = load_or_make_refresh_key(options.directory);
  if (!refresh_key) return refresh_key.error();
  Result<std::vector<UserAccount>> users = (*store)->users().all();
  if (!users) return users.error();
  Result<std::vector<SignIn>> sign_ins = (*store)->sign_ins().living(now);
  if (!sign_ins) return sign_ins.error();
  Result<RulesVersion> version = (*store)->take_file_rules(text_of(options.rules), now);
  if (!version) return version.error();
  (*store)->take_touched();  // the first to look: nobody holds anything yet
  Result<RulesRead> rules = read_access_source(version->text.source);
  if (!rules) {
    Error error = std::move(rules).error();
    error.message = "Version " + std::to_string(version->version.value()) + " of the rules of access in " +
                    (options.directory / AccountStore::kFile).string() + " cannot be used: " + error.member +
                    ": " + error.message;
    return error;
  }
  return AccountsOpened{std::move(*store),    std::move(*keys),    std::move(*refresh_key), std::move(*users),
                        std::move(*sign_ins), std::move(*version), std::move(rules->rules)};
}

Accounts::Accounts(AccountsOpened opened, const AccountsOptions& options, Metrics& metrics, Log& log,
                   Post post, std::function<Timestamp()> now)
    : keys(std::move(opened.keys)),
      verifier(keys),
      throttle(options.limits),
      authenticator(verifier, directory, options.dev, now),
      desk(std::move(opened.store), desk_options(now), post,
           {[this](const AccountsTouched& touched) { directory.take(touched); },
            [this](std::vector<UserAccount> all, std::vector<SignIn> living) {
              directory.replace(std::move(all), std::move(living));
            },
            [this](const RulesVersion& newest) { rules.learn(newest); },
            [&log](const Error& error) {
              log.error("accounts_failed", {{"reason", std::string_view(error.message)}});
            }}),
      sign_ins({desk, directory, hasher, throttle, keys, metrics, log, post, now},
               {options.access, options.terms, std::move(opened.refresh_key)}),
      users(desk, hasher, post),
      rules(desk, log, std::move(opened.rules_version), std::move(opened.rules), options.rules.hash),
      now_(std::move(now)) {
  directory.replace(std::move(opened.users), std::move(opened.sign_ins));
  configure(options);
}

void Accounts::configure(const AccountsOptions& options) {
  sign_ins.configure(options.access, options.terms);
  verifier.set_issuers(options.issuer_keys ? std::move(*options.issuer_keys) : std::vector<IssuerKeys>());
}

void Accounts::sweep() {
  directory.expire(now_());
  rules.sweep();
}

void Accounts::keep_seen() {
  std::vector<std::string> seen = directory.take_seen();
  if (seen.empty()) return;
  const bool taken =
      desk.ask([seen = std::move(seen), now = now_()](AccountStore& store) { return store.seen(seen, now); },
               [](const Result<void>&) {});  // the next minute tells it again
  static_cast<void>(taken);
}

void Accounts::stop() {
  hasher.stop();
  desk.stop();
}

}  // namespace coterie
