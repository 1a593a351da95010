// Users, sign-ins and activity as HTTP shows them. Never a password or its hash, never a token.
// Thread: any.
#pragma once

#include <optional>
#include <string>

#include "protocol/object_reader.hpp"
#include "server/auth/secret_text.hpp"
#include "storage/accounts/account.hpp"

namespace coterie {

// {"id","name","colour","initials","roles"}: to the user.
void append_own_user(std::string& out, const UserAccount& account);
// And `version`, `disabled`, the times: to an administrator.
void append_user(std::string& out, const UserAccount& account);
void append_user_version(std::string& out, const UserVersion& version);
// `active`: it has a live connection now. `current`: the one that asks.
void append_sign_in(std::string& out, const SignIn& sign_in, bool active, bool current);
void append_activity(std::string& out, const ActivityRow& row);

// What a body says of a user. The errors are kept in `in`.
struct UserFields {
  UserChange change;
  std::optional<SecretText> password;
};
UserFields take_user_fields(ObjectReader& in, bool administrator);

}  // namespace coterie
