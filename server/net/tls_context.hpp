// The certificate and key that TLS connections begin with, and the rules that hold for all of them: TLS 1.2
// and up, ciphers with forward secrecy and authentication, HTTP/1.1 alone, no renegotiation, no compression.
// A reload puts another certificate in force for the connections that come; those that are open keep theirs.
// Thread: loop, or before it runs.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "protocol/error.hpp"

struct ssl_ctx_st;

namespace coterie {

struct TlsFiles {
  std::string certificate;  // PEM: the server's own first, then those that lead to a known authority
  std::string key;          // PEM, without a passphrase
};

// What a person wants to know of a certificate.
struct CertificateNote {
  std::string subject;
  std::chrono::system_clock::time_point not_before;
  std::chrono::system_clock::time_point not_after;
};

class TlsContext {
 public:
  // Error bad_request: a file cannot be read, the key is another certificate's. What was in force stays.
  Result<CertificateNote> load(const TlsFiles& files);
  ssl_ctx_st* native() const { return context_.get(); }  // null: nothing has been loaded

 private:
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace coterie
