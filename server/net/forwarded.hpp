// Whom a proxy speaks for: the client's address, scheme and host as X-Forwarded-* or Forwarded (RFC 7239)
// tell them, believed only where the connection comes from a proxy that the operator has listed, and only as
// far back as listed proxies reach: the client is the last address that one of them vouches for. Thread: any;
// plain code. Law 8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/error.hpp"
#include "server/net/http_head.hpp"

namespace coterie {

// An address as text in its one spelling: IPv4 within IPv6 as IPv4, no zone. Empty: it is none.
std::string plain_address(std::string_view text);

class TrustedProxies {
 public:
  // Each "10.1.2.3", "10.0.0.0/8", "fd00::/8" or the like. Error bad_request: one is none.
  static Result<TrustedProxies> parse(const std::vector<std::string>& texts);

  bool empty() const { return networks_.empty(); }
  bool includes(std::string_view address) const;

 private:
  struct Network {
    std::string bytes;  // of the address, 4 or 16
    unsigned bits = 0;  // that count
  };
  std::vector<Network> networks_;
};

// Who is on the other side of a request, and how it was reached.
struct Caller {
  std::string address;
  bool secure = false;     // TLS between the client and us, or the proxy it came to
  std::string host;        // by which the client reached a proxy; empty: the Host header says it
  bool forwarded = false;  // a listed proxy has told
  bool vague = false;      // it has told something that is no address: `address` is the proxy's
};

// `peer`: the other side of the connection, as plain_address() writes it; `secure`: it speaks TLS.
Caller caller_of(const HttpHead& head, const std::string& peer, bool secure, const TrustedProxies& proxies);

// Takes out what proxies told, once it has been heeded.
void drop_forwarding_headers(std::vector<HttpHeader>& headers);

}  // namespace coterie
