// Administering users: each change rests on a version and says who made it. A password is hashed before it
// goes further. Thread: loop. Laws 1, 5, 8.
#pragma once

#include <functional>
#include <optional>

#include "server/accounts/account_desk.hpp"
#include "server/auth/password_hasher.hpp"
#include "server/auth/secret_text.hpp"

namespace coterie {

class UserService {
 public:
  using Post = std::function<void(std::function<void()>)>;
  using Done = std::function<void(UserChanged)>;
  UserService(AccountDesk& desk, PasswordHasher& hasher, Post post)
      : desk_(desk), hasher_(hasher), post_(std::move(post)) {}

  // `done` is called once, on the loop. Errors as those of AccountStore, and overloaded.
  void add(const UserId& user, UserChange change, std::optional<SecretText> password, const Act& act,
           Done done);
  void change(const UserId& user, UserChange change, std::optional<SecretText> password,
              std::optional<Version> expected, const Act& act, Done done);

 private:
  using Write = std::function<UserChanged(AccountStore&, const UserChange&)>;
  void write(UserChange change, std::optional<SecretText> password, Write write, Done done);
  void ask(UserChange change, const Write& write, const std::shared_ptr<Done>& done);

  AccountDesk& desk_;
  PasswordHasher& hasher_;
  Post post_;
};

}  // namespace coterie
