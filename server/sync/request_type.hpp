// The word on the wire for each request, for figures and logs.
// Thread: any.
#pragma once

#include <iterator>
#include <string_view>

#include "protocol/messages.hpp"

namespace coterie {

inline std::string_view request_type(const ClientBody& body) {
  constexpr std::string_view kTypes[] = {
      "hello",         "subscribe", "unsubscribe", "get",           "list",     "history",      "mutate",
      "ping",          "pong",      "lock",        "unlock",        "presence", "signal",       "conflicts",
      "conflict",      "decide",    "assign",      "notifications", "markRead", "announce",     "withdraw",
      "announcements", "blame",     "changes",     "acknowledge",   "readers",  "forgetReader", "refresh"};
  static_assert(std::size(kTypes) == std::variant_size_v<ClientBody>);
  return kTypes[body.index()];
}

}  // namespace coterie
