#include "server/net/tls_channel.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <cerrno>
#include <climits>
#include <new>

#include "server/net/tls_context.hpp"

namespace coterie {
namespace {

// OpenSSL's own way to a socket blocks where the socket does and raises SIGPIPE where the peer has gone; this
// one does neither.
int descriptor_of(BIO* bio) { return *static_cast<int*>(BIO_get_data(bio)); }

int write_socket(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t sent =
      ::send(descriptor_of(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && would_block(errno)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int read_socket(BIO* bio, char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t got = ::recv(descriptor_of(bio), bytes, static_cast<std::size_t>(size), MSG_DONTWAIT);
  if (got < 0 && would_block(errno)) BIO_set_retry_read(bio);
  if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(got);
}

long control_socket(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

BIO_METHOD* make_method() {
  BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "coterie socket");
  if (method == nullptr) throw std::bad_alloc();
  BIO_meth_set_write(method, write_socket);
  BIO_meth_set_read(method, read_socket);
  BIO_meth_set_ctrl(method, control_socket);
  return method;
}

BIO* open_bio(int* descriptor) {
  static BIO_METHOD* const method = make_method();
  BIO* const bio = BIO_new(method);
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, descriptor);
  BIO_set_init(bio, 1);
  return bio;
}

boost::system::error_code error_of(unsigned long number) {
  return {static_cast<int>(number), boost::asio::error::get_ssl_category()};
}

int whole(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

}  // namespace

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

void TlsChannel::Free::operator()(ssl_st* tls) const { SSL_free(tls); }

TlsChannel::TlsChannel(const TlsContext& context, int descriptor)
    : descriptor_(descriptor), tls_(SSL_new(context.native())) {
  if (!tls_) throw std::bad_alloc();
  BIO* const bio = open_bio(&descriptor_);
  SSL_set_bio(tls_.get(), bio, bio);
  SSL_set_accept_state(tls_.get());
}

TlsChannel::~TlsChannel() = default;

TlsStep TlsChannel::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(tls_.get());
  if (result != 1) met_plain_http_ = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
  return step_after(result);
}

TlsStep TlsChannel::read(void* into, std::size_t size) {
  ERR_clear_error();
  return step_after(SSL_read(tls_.get(), into, whole(size)));
}

TlsStep TlsChannel::write(std::string_view bytes) {
  TlsStep all;
  while (all.bytes < bytes.size()) {
    ERR_clear_error();
    const std::string_view rest = bytes.substr(all.bytes);
    const TlsStep step = step_after(SSL_write(tls_.get(), rest.data(), whole(rest.size())));
    all.bytes += step.bytes;
    all.wait = step.wait;
    all.error = step.error;
    unfinished_ = step.wait == TlsWait::nothing ? 0 : rest.size();
    // Nothing that is written waits for something to be read: renegotiation is off.
    if (step.wait == TlsWait::readable) all.error = boost::asio::error::no_protocol_option;
    if (step.wait != TlsWait::nothing || all.error) break;
  }
  return all;
}

TlsStep TlsChannel::say_end() {
  ERR_clear_error();
  const int result = SSL_shutdown(tls_.get());
  return result >= 0 ? TlsStep{} : step_after(result);
}

void TlsChannel::forget_descriptor() { descriptor_ = -1; }

TlsStep TlsChannel::step_after(int result) {
  TlsStep step;
  if (result > 0) {
    step.bytes = static_cast<std::size_t>(result);
    return step;
  }
  const int system = errno;
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      step.wait = TlsWait::readable;
      break;
    case SSL_ERROR_WANT_WRITE:
      step.wait = TlsWait::writable;
      break;
    case SSL_ERROR_ZERO_RETURN:
      step.error = boost::asio::error::eof;
      break;
    case SSL_ERROR_SSL:
      step.error = error_of(ERR_get_error());
      break;
    default:
      step.error = system != 0 ? boost::system::error_code(system, boost::system::system_category())
                               : boost::system::error_code(boost::asio::error::connection_reset);
      break;
  }
  ERR_clear_error();
  return step;
}

}  // namespace coterie
