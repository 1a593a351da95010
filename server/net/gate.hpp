// The strict gate behind the head of a request: what is served, what becomes a WebSocket, and what is refused
// with which status. Every rule stands in one place and is plain code over plain values. Order: the origin of
// a handshake before anything else, then the form of the request, then what it asks for. Thread: any; pure.
// Laws 6, 8.
#pragma once

#include <cstddef>
#include <string>
#include <variant>

#include "protocol/wire_limits.hpp"
#include "server/net/http_head.hpp"

namespace coterie {

inline constexpr std::string_view kSubprotocol = "coterie.v1";

struct GateRules {
  std::size_t body_bytes = 1024 * 1024;
  std::vector<std::string> allowed_origins;
  // Bound to an address of this machine alone: then "our own origin" is only one whose host says so too, or a
  // page of elsewhere could reach us by a name that it lets point here.
  bool loopback = true;
};

struct ServeHttp {
  std::size_t body_bytes = 0;
  bool expects_continue = false;
  bool keep_alive = true;
};
struct UpgradeToWebSocket {
  std::string key;  // 16 bytes in base64
};
using GateDecision = std::variant<ServeHttp, UpgradeToWebSocket, HttpRefusal>;

GateDecision pass_gate(const HttpHead& head, const GateRules& rules);

}  // namespace coterie
