#include "server/net/peer_socket.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace coterie {
namespace {

WriteStep step_of(ssize_t taken) {
  if (taken >= 0) return {static_cast<std::size_t>(taken), false};
  return {0, !would_block(errno)};
}

}  // namespace

bool PeerSocket::fall_back_to_plain() {
  if (!tls_ || !tls_->met_plain_http()) return false;
  tls_.reset();
  return true;
}

TlsStep PeerSocket::read(asio::mutable_buffer into) {
  TlsStep step;
  if (into.size() == 0) return step;
  if (!tcp_.is_open()) {
    step.error = asio::error::operation_aborted;
    return step;
  }
  return tls_->read(into.data(), into.size());
}

WriteStep PeerSocket::write(std::string_view bytes) {
  if (!tls_) {
    return step_of(::send(tcp_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  }
  const TlsStep step = tls_->write(bytes);
  return {step.bytes, bool(step.error)};
}

WriteStep PeerSocket::write(std::span<iovec> parts) {
  if (!tls_) {
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    return step_of(::sendmsg(tcp_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT));
  }
  WriteStep all;
  for (const iovec& part : parts) {
    const WriteStep step = write(std::string_view(static_cast<const char*>(part.iov_base), part.iov_len));
    all.bytes += step.bytes;
    all.failed = step.failed;
    if (all.failed || step.bytes < part.iov_len) break;
  }
  return all;
}

bool PeerSocket::shutdown_send() {
  if (tls_ && tcp_.is_open() && tls_->say_end().wait == TlsWait::writable) return false;
  ErrorCode ignored;
  tcp_.shutdown(TcpSocket::shutdown_send, ignored);
  return true;
}

void PeerSocket::shutdown_both() {
  ErrorCode ignored;
  tcp_.shutdown(TcpSocket::shutdown_both, ignored);
}

void PeerSocket::cancel() {
  ErrorCode ignored;
  tcp_.cancel(ignored);
}

void PeerSocket::close() {
  ErrorCode ignored;
  tcp_.close(ignored);
  if (tls_) tls_->forget_descriptor();
}

}  // namespace coterie
