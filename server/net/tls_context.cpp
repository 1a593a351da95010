#include "server/net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstring>
#include <ctime>
#include <fstream>
#include <string_view>
#include <utility>

namespace coterie {
namespace {

// Of TLS 1.2; those of 1.3 are all good.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
// The protocols spoken, as ALPN writes them: a length, then the name.
constexpr std::string_view kProtocols = "\x08http/1.1";

Error refused(std::string message) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = std::move(message);
  return error;
}

// What OpenSSL says of the last failure, in its own words; its queue is empty afterwards.
std::string reason() {
  const unsigned long number = ERR_peek_last_error();
  ERR_clear_error();
  const char* const text = ERR_reason_error_string(number);
  return text != nullptr ? text : "unknown";
}

bool is_readable(const std::string& path) { return std::ifstream(path).peek() != EOF; }

int no_passphrase(char*, int, int, void*) { return 0; }

// A client that offers no protocol is served; one that offers others alone is told that there is none.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  unsigned char* found = nullptr;
  const int result =
      SSL_select_next_proto(&found, size, reinterpret_cast<const unsigned char*>(kProtocols.data()),
                            static_cast<unsigned int>(kProtocols.size()), offered, offered_size);
  if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, kCiphers);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // A write is tried again with the bytes where they stand, as much as there is room for; an idle
  // connection keeps no buffers.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);
  // Who comes back brings a ticket; nothing is remembered here.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
}

std::chrono::system_clock::time_point time_of(const ASN1_TIME* time) {
  std::tm utc{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &utc) != 1) return {};
  return std::chrono::system_clock::from_time_t(timegm(&utc));
}

CertificateNote note_of(const X509* certificate) {
  CertificateNote note;
  char subject[256] = {};
  X509_NAME_oneline(X509_get_subject_name(certificate), subject, sizeof subject);
  note.subject = subject;
  note.not_before = time_of(X509_get0_notBefore(certificate));
  note.not_after = time_of(X509_get0_notAfter(certificate));
  return note;
}

}  // namespace

Result<CertificateNote> TlsContext::load(const TlsFiles& files) {
  ERR_clear_error();
  for (const std::string* path : {&files.certificate, &files.key}) {
    if (!is_readable(*path)) {
      return refused("cannot read " + *path + ": it is not there, empty, or not for this user");
    }
  }
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return refused("TLS cannot be set up: " + reason());
  set_rules(context.get());
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    return refused("cannot use the certificate " + files.certificate + ": " + reason() +
                   "; it must be PEM, the server's own certificate first");
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    // OpenSSL compares the two as it reads the second.
    if (ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH ||
        ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_TYPE_MISMATCH) {
      ERR_clear_error();
      return refused("the key " + files.key + " does not belong to the certificate " + files.certificate);
    }
    return refused("cannot use the key " + files.key + ": " + reason() +
                   "; it must be PEM, without a passphrase");
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) {
    ERR_clear_error();
    return refused("the key " + files.key + " does not belong to the certificate " + files.certificate);
  }
  context_ = context;
  return note_of(SSL_CTX_get0_certificate(context.get()));
}

}  // namespace coterie
