// Who submits, as the server knows it. Thread: any; a value.
#pragma once

#include <string>

#include "protocol/roles.hpp"
#include "protocol/types.hpp"

namespace coterie {

struct Author {
  UserId user;
  SessionId session;
  ClientId client;
  std::string name{};  // of the user, for people; may be empty
  Roles roles{};
  std::string colour{};  // how the user is shown in presence; empty: as the client likes
  std::string initials{};
  std::string sign_in{};  // what this session rests on; empty: a token of another's making
  std::string address{};  // from where; empty: from within the server
};

}  // namespace coterie
