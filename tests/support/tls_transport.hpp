// The client's side of TLS under a RawSocket, with the knobs that a test turns: the highest version spoken,
// the protocols offered, the authority trusted.
#pragma once

#include <string>

#include "tests/support/raw_socket.hpp"

namespace coterie::test {

struct TlsClient {
  std::string authority{};  // the certificate to trust; empty: any is taken
  int most_version = 0;     // TLS1_1_VERSION ...; 0: the newest
  std::string protocols{};  // as ALPN writes them: "\x02h2"
};

// Shakes hands at once; throws std::runtime_error with OpenSSL's reason where that fails.
MakeTransport tls_transport(const TlsClient& client = {});

// The common name of the certificate that the server at this port shows.
std::string certificate_name(std::uint16_t port);

}  // namespace coterie::test
