// Which content codings a client takes, and how gladly: Accept-Encoding (RFC 9110 section 12.5.3).
// Thread: any; pure.
#pragma once

#include <string_view>

namespace coterie {

inline constexpr std::string_view kIdentity = "identity";  // as it is

// From 0, not at all, to 1000. `accept_encoding`: the header's value; empty, or without the header: as it is
// alone, because what says nothing is a tool that unpacks nothing. Where the header does not speak of
// `identity`, that is taken, and anything else that is taken is preferred.
int coding_weight(std::string_view accept_encoding, std::string_view coding);

}  // namespace coterie
