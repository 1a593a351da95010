// What a change makes of a user, and what a user looks like who said nothing about it. Thread: any.
#pragma once

#include <optional>
#include <string>

#include "storage/accounts/account.hpp"

namespace coterie {

// Initials of the name's first letters, and a colour that goes by the id, always the same.
Profile profile_of(const UserId& id, const std::optional<std::string>& name);
void apply(const UserChange& change, UserAccount& account);
// "roles: editor, sales; disabled": for the history and the activity log. Never the password itself.
std::string words_of(const UserChange& change);

}  // namespace coterie
