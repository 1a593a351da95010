// Users, what they are signed in with, and what was done: the values that the account store keeps.
// Thread: any; values. Law 8.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/roles.hpp"
#include "protocol/types.hpp"

namespace coterie {

// How a user is shown to others: in presence, in lists, in the history.
struct Profile {
  std::string name;      // 1 to 64 printable characters
  std::string colour;    // "#4f46e5"
  std::string initials;  // 1 to 4 printable characters
  friend bool operator==(const Profile&, const Profile&) = default;
};

// One user, as a versioned record: an administrator who changes a version that is not the newest is told so.
struct UserAccount {
  UserId id;  // also the name that signs in; never changes
  Version version;
  Profile profile;
  Roles roles;
  bool disabled = false;
  Timestamp created_at;
  Timestamp updated_at;
  UserId updated_by;
  std::optional<Timestamp> last_login_at;  // no part of the version
};

// What to change of a user; what is absent stays.
struct UserChange {
  std::optional<std::string> name;
  std::optional<std::string> colour;
  std::optional<std::string> initials;
  std::optional<Roles> roles;
  std::optional<bool> disabled;
  std::optional<std::string> password;  // hashed and encoded. Ends what the user is signed in with
};

// One version of a user, as the history shows it.
struct UserVersion {
  UserAccount account;  // as it was then
  std::string change;   // the words of what was changed: "roles, disabled"
};

// From where somebody speaks.
struct Origin {
  std::string address;
  std::string user_agent;  // what the client says of itself; cut to 200 characters
};

// Who does something, and when.
struct Act {
  UserId by;  // empty: nobody has signed in; the command line says "cli"
  Origin from;
  Timestamp at;
};

// One sign-in with its family of refresh tokens: what a person calls "a session on that laptop".
struct SignIn {
  std::string id;
  UserId user;
  Origin from;
  Timestamp since;
  Timestamp last_seen;
  Timestamp expires_at;
  std::string ended;  // why it ended; empty: it lives
  bool lives(Timestamp now) const { return ended.empty() && now < expires_at; }
};

// What is noted of acts that are no edits.
enum class ActivityKind {
  signed_in,
  sign_in_refused,
  signed_out,
  token_reused,
  session_ended,
  user_added,
  user_changed,
  password_changed,
  connection_ended,
  lock_released,
  exported,
  configured,
  rules_changed,
};
std::string_view to_text(ActivityKind kind);
std::optional<ActivityKind> activity_kind_from_text(std::string_view text);

struct Activity {
  ActivityKind kind{};
  UserId user;          // who did it; empty: not known
  std::string subject;  // what or who it was done to: a user, a session, "Booking/42"
  std::string detail;   // some words more: "wrong password", "roles: editor, sales"
  Origin from;
  Timestamp at;
};

// A row of the activity log: `hash` covers it and the hash of the row before it.
struct ActivityRow {
  std::uint64_t number = 0;  // 1, 2, 3 ... without holes
  Activity activity;
  std::string hash;  // SHA-256, hexadecimal
};

}  // namespace coterie
