#include "clients/cpp/transport.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>

#include "clients/cpp/sentences.hpp"

namespace coterie {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;

bool is_address(const std::string& host) {
  boost::system::error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

ClientResult<Transport::Tls*> Transport::begin_tls(const ServerUrl& url) {
  tls_.reset();
  if (!url.secure) return static_cast<Tls*>(nullptr);
  if (!context_) {
    ssl::context context(ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    ErrorCode error;
    if (url.authority_file.empty()) {
      context.set_default_verify_paths(error);
    } else {
      context.load_verify_file(url.authority_file, error);
    }
    if (error) {
      return ClientError{ClientError::Kind::bad_url, "cannot use the certificate of an authority in " +
                                                         url.authority_file + ": " +
                                                         lower_first(error.message()) + "."};
    }
    context.set_verify_mode(ssl::verify_peer);
    context_.emplace(std::move(context));
  }
  tls_.emplace(tcp_, *context_);
  tls_->set_verify_callback(ssl::host_name_verification(url.host));
  if (!is_address(url.host)) SSL_set_tlsext_host_name(tls_->native_handle(), url.host.c_str());
  return &*tls_;
}

ClientError Transport::not_secured(const ServerUrl& url, const ErrorCode& error) {
  const long verdict = tls_ ? SSL_get_verify_result(tls_->native_handle()) : X509_V_OK;
  const bool of_tls = error.category() == asio::error::get_ssl_category();
  const int reason = of_tls ? ERR_GET_REASON(static_cast<unsigned long>(error.value())) : 0;
  ClientError failed{ClientError::Kind::refused, {}};
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    const std::string why =
        verdict == X509_V_OK ? "it is another host's" : X509_verify_cert_error_string(verdict);
    failed.message = "the certificate of " + url.text() + " is not to be trusted: " + why +
                     ". Where its authority is your own, name that one's certificate with --ca FILE.";
    return failed;
  }
  if (reason == SSL_R_WRONG_VERSION_NUMBER) {
    failed.kind = ClientError::Kind::unreachable;
    failed.message = url.text() + " does not speak TLS; try http://" + url.authority() + ".";
    return failed;
  }
  return cannot_reach(url, error);
}

void Transport::close() {
  ErrorCode ignored;
  tcp_.shutdown(Tcp::shutdown_both, ignored);
  tcp_.close(ignored);
}

}  // namespace coterie
