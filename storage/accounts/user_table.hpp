// Users by their id, and every version of each. Thread: its database's. Law 1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/error.hpp"
#include "storage/accounts/account.hpp"

namespace coterie {

class Database;

class UserTable {
 public:
  explicit UserTable(Database& database) : database_(database) {}

  Result<std::vector<UserAccount>> all();  // by id
  Result<std::optional<UserAccount>> find(const UserId& user);
  // The encoded hash; absent: there is no such user, or none was set.
  Result<std::optional<std::string>> password(const UserId& user);
  Result<std::vector<UserVersion>> versions(const UserId& user);  // newest first
  // Whether somebody besides `user` can administer.
  Result<bool> has_other_administrator(const UserId& user);

  // Within a transaction of the caller. `password`: absent leaves it as it is.
  Result<void> put(const UserAccount& account, const std::optional<std::string>& password,
                   const std::string& change);
  Result<void> rehash(const UserId& user, const std::string& password);
  Result<void> logged_in(const UserId& user, Timestamp at);

 private:
  Database& database_;
};

}  // namespace coterie
