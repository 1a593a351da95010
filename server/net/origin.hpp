// Whose page it is that asks, by the Origin that its browser tells (RFC 6454): the one comparison behind the
// handshake of a WebSocket, the stream of events, and what a page of another origin is let read. Byte for
// byte, because browsers write an origin in one way only; near misses are look-alikes. Thread: any; pure.
// Law 8.
#pragma once

#include <string>
#include <string_view>

#include "server/net/gate.hpp"

namespace coterie {

enum class PageOrigin {
  none,     // no page asks, or one of ours that reads: native clients and browsers leave the header out
  own,      // of this very server
  listed,   // of an origin that the operator has listed
  strange,  // of any other; `null`; told twice
};
PageOrigin page_origin(const HttpHead& head, const GateRules& rules, const Reached& reached);

// The Origin where it is a listed one, which needs nothing but the list; else empty.
std::string listed_origin(const HttpHead& head, const GateRules& rules);

// Whether a browser writes an origin so: scheme, host, and the port where it is not the scheme's own. What it
// never writes would be on the list for nothing.
bool is_origin(std::string_view text);

}  // namespace coterie
