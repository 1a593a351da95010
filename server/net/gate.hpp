// The strict gate behind the head of a request: what is served, what becomes a WebSocket, and what is refused
// with which status. Every rule stands in one place and is plain code over plain values. Order: the origin of
// a handshake or a preflight before anything else, then the form of the request, then what it asks for.
// Thread: any; pure. Laws 6, 8.
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
  // Nothing at all is answered to who calls us by another name than the machine's own (DNS rebinding).
  bool own_names_only = false;
};

// How the client reached us, where that is not plainly what the request's Host header says.
struct Reached {
  bool secure = false;  // by https, here or at a listed proxy
  std::string host{};   // that a listed proxy names as the one it was reached by; empty: the Host header
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

GateDecision pass_gate(const HttpHead& head, const GateRules& rules, const Reached& reached = {});

// A host, with or without its port, by which a machine means itself.
bool is_loopback_host(std::string_view host);
// A name, an IPv4 address or a bracketed IPv6 address, and perhaps a port. RFC 9110 section 7.2.
bool is_host(std::string_view text);

// What an address is told that has too many connections.
HttpRefusal too_many_from_there();

}  // namespace coterie
