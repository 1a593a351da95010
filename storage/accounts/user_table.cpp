#include "storage/accounts/user_table.hpp"

#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"

namespace coterie {
namespace {

constexpr const char* kUserColumns =
    "id,version,name,colour,initials,roles,disabled,created_at,updated_at,updated_by,last_login_at";

// Role names are printable, so a newline parts them.
std::string roles_text(const Roles& roles) {
  std::string text;
  for (const std::string& name : roles.names()) text.append(text.empty() ? "" : "\n").append(name);
  return text;
}

Roles roles_of(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return Roles(std::move(names));
}

UserAccount read_account(const Query& row) {
  UserAccount account;
  account.id = UserId{std::string(row.text(0))};
  account.version = Version{row.number(1)};
  account.profile = {std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4))};
  account.roles = roles_of(row.text(5));
  account.disabled = row.integer(6) != 0;
  account.created_at = time_of(row.integer(7));
  account.updated_at = time_of(row.integer(8));
  account.updated_by = UserId{std::string(row.text(9))};
  return account;
}

UserAccount read_user(const Query& row) {
  UserAccount account = read_account(row);
  if (!row.is_null(10)) account.last_login_at = time_of(row.integer(10));
  return account;
}

}  // namespace

Result<std::vector<UserAccount>> UserTable::all() {
  std::vector<UserAccount> users;
  Query rows(database_, std::string("SELECT ") + kUserColumns + " FROM user ORDER BY id");
  while (rows.next()) users.push_back(read_user(rows));
  if (Result<void> done = rows.end(); !done) return done.error();
  return users;
}

Result<std::optional<UserAccount>> UserTable::find(const UserId& user) {
  Query row(database_, std::string("SELECT ") + kUserColumns + " FROM user WHERE id=?");
  row.bind(user.value());
  if (row.next()) return read_user(row);
  if (Result<void> done = row.end(); !done) return done.error();
  return std::nullopt;
}

Result<std::optional<std::string>> UserTable::password(const UserId& user) {
  Query row(database_, "SELECT password FROM user WHERE id=? AND password IS NOT NULL");
  row.bind(user.value());
  if (row.next()) return std::string(row.text(0));
  if (Result<void> done = row.end(); !done) return done.error();
  return std::nullopt;
}

Result<std::vector<UserVersion>> UserTable::versions(const UserId& user) {
  std::vector<UserVersion> versions;
  Query rows(
      database_,
      "SELECT user,version,name,colour,initials,roles,disabled,created_at,updated_at,updated_by,change "
      "FROM user_version WHERE user=? ORDER BY version DESC");
  rows.bind(user.value());
  while (rows.next()) versions.push_back({read_account(rows), std::string(rows.text(10))});
  if (Result<void> done = rows.end(); !done) return done.error();
  return versions;
}

Result<bool> UserTable::has_other_administrator(const UserId& user) {
  const Result<std::vector<UserAccount>> users = all();
  if (!users) return users.error();
  for (const UserAccount& one : *users) {
    if (one.id != user && !one.disabled && one.roles.has(kAdminRole)) return true;
  }
  return false;
}

Result<void> UserTable::put(const UserAccount& account, const std::optional<std::string>& password,
                            const std::string& change) {
  const std::string roles = roles_text(account.roles);
  Query user(
      database_,
      "INSERT INTO user(id,version,name,colour,initials,roles,disabled,created_at,updated_at,updated_by) "
      "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10) ON CONFLICT(id) DO UPDATE SET version=?2,name=?3,colour=?4,"
      "initials=?5,roles=?6,disabled=?7,updated_at=?9,updated_by=?10");
  user.bind(account.id.value(), account.version.value(), account.profile.name, account.profile.colour,
            account.profile.initials, roles, account.disabled ? 1 : 0, ms_of(account.created_at),
            ms_of(account.updated_at), account.updated_by.value());
  if (Result<void> done = user.run(); !done) return done;
  if (password) {
    if (Result<void> done = rehash(account.id, *password); !done) return done;
  }
  Query version(database_, "INSERT INTO user_version VALUES(?,?,?,?,?,?,?,?,?,?,?)");
  version.bind(account.id.value(), account.version.value(), account.profile.name, account.profile.colour,
               account.profile.initials, roles, account.disabled ? 1 : 0, ms_of(account.created_at),
               ms_of(account.updated_at), account.updated_by.value(), change);
  return version.run();
}

Result<void> UserTable::rehash(const UserId& user, const std::string& password) {
  Query update(database_, "UPDATE user SET password=? WHERE id=?");
  update.bind(password, user.value());
  return update.run();
}

Result<void> UserTable::logged_in(const UserId& user, Timestamp at) {
  Query update(database_, "UPDATE user SET last_login_at=? WHERE id=?");
  update.bind(ms_of(at), user.value());
  return update.run();
}

}  // namespace coterie
