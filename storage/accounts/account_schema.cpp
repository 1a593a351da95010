#include "storage/accounts/account_schema.hpp"

#include <array>

namespace coterie {
namespace {

// user          the newest version of each; password: encoded hash, NULL: cannot sign in by password
// user_version  what each version was, and what was changed in it
// sign_in       ended: why; '' while it lives
// refresh_token every token of a live family by its SHA-256; used_at: when it was exchanged for the next
// activity      chained by `hash`; activity_head: where the chain ends
constexpr const char* kAccountsVersion1 = R"sql(
CREATE TABLE user(id TEXT PRIMARY KEY, version INTEGER NOT NULL, name TEXT NOT NULL, colour TEXT NOT NULL,
  initials TEXT NOT NULL, roles TEXT NOT NULL, disabled INTEGER NOT NULL, password TEXT, created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL, last_login_at INTEGER) WITHOUT ROWID;
CREATE TABLE user_version(user TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, colour TEXT NOT NULL,
  initials TEXT NOT NULL, roles TEXT NOT NULL, disabled INTEGER NOT NULL, created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL, change TEXT NOT NULL, PRIMARY KEY(user, version)) WITHOUT ROWID;
CREATE TABLE sign_in(id TEXT PRIMARY KEY, user TEXT NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL,
  since INTEGER NOT NULL, last_seen INTEGER NOT NULL, expires_at INTEGER NOT NULL, ended TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX sign_in_of_user ON sign_in(user);
CREATE TABLE refresh_token(hash TEXT PRIMARY KEY, sign_in TEXT NOT NULL, used_at INTEGER) WITHOUT ROWID;
CREATE INDEX refresh_token_of_sign_in ON refresh_token(sign_in);
CREATE TABLE activity(number INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, user TEXT NOT NULL,
  subject TEXT NOT NULL, detail TEXT NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL, hash TEXT NOT NULL);
CREATE INDEX activity_of_user ON activity(user, number);
CREATE INDEX activity_of_kind ON activity(kind, number);
CREATE TABLE activity_head(one INTEGER PRIMARY KEY CHECK(one = 1), number INTEGER NOT NULL, hash TEXT NOT NULL);
INSERT INTO activity_head VALUES(1, 0, '');
)sql";

// rules         every version; the newest is in force; source: as JSON, '' for none
constexpr const char* kAccountsVersion2 = R"sql(
CREATE TABLE rules(version INTEGER PRIMARY KEY, source TEXT NOT NULL, hash TEXT NOT NULL, origin TEXT NOT NULL,
  set_by TEXT NOT NULL, set_at INTEGER NOT NULL);
)sql";

constexpr std::array<Migration, 2> kAccountMigrations{{{1, kAccountsVersion1}, {2, kAccountsVersion2}}};

}  // namespace

std::span<const Migration> account_migrations() { return kAccountMigrations; }

}  // namespace coterie
