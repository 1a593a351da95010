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
};

}  // namespace coterie
