#include "tests/support/tls_transport.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <csignal>

namespace coterie::test {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Stream = std::unique_ptr<SSL, decltype(&SSL_free)>;

Context context_of(const TlsClient& client) {
  Context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_set_security_level(context.get(), 0);  // old versions are offered too: the server is to refuse them
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  if (client.most_version != 0) SSL_CTX_set_max_proto_version(context.get(), client.most_version);
  if (!client.authority.empty()) {
    SSL_CTX_load_verify_file(context.get(), client.authority.c_str());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  if (!client.protocols.empty()) {
    SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(client.protocols.data()),
                            static_cast<unsigned int>(client.protocols.size()));
  }
  return context;
}

class TlsTransport final : public RawTransport {
 public:
  TlsTransport(const TlsClient& client, int socket)
      : context_(context_of(client)), stream_(SSL_new(context_.get()), SSL_free) {
    std::signal(SIGPIPE, SIG_IGN);
    SSL_set_fd(stream_.get(), socket);
    if (SSL_connect(stream_.get()) == 1) return;
    const char* const reason = ERR_reason_error_string(ERR_get_error());
    throw std::runtime_error(std::string("no TLS: ") + (reason ? reason : "the connection ended"));
  }
  ssize_t send(const char* bytes, std::size_t size) override {
    return SSL_write(stream_.get(), bytes, static_cast<int>(size));
  }
  ssize_t receive(char* bytes, std::size_t size) override {
    return SSL_read(stream_.get(), bytes, static_cast<int>(size));
  }
  bool has_more() override { return SSL_pending(stream_.get()) != 0; }
  SSL* stream() { return stream_.get(); }

 private:
  Context context_;
  Stream stream_;
};

}  // namespace

MakeTransport tls_transport(const TlsClient& client) {
  return [client](int socket) { return std::make_unique<TlsTransport>(client, socket); };
}

std::string certificate_name(std::uint16_t port) {
  std::string name(256, '\0');
  const RawSocket socket(port, 0, [&name](int descriptor) {
    auto transport = std::make_unique<TlsTransport>(TlsClient{}, descriptor);
    const X509* const shown = SSL_get0_peer_certificate(transport->stream());
    const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name.data(),
                                               static_cast<int>(name.size()));
    name.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return transport;
  });
  return name;
}

}  // namespace coterie::test
