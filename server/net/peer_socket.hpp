// The socket of one connection, plain or under TLS, read and written the same way: a write is tried at once
// and takes what goes, a read waits. Plain, each is the one call on the raw socket that it would be without
// this. Thread: loop. Law 7.
#pragma once

#include <sys/uio.h>

#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "server/net/asio_types.hpp"
#include "server/net/tls_channel.hpp"

namespace coterie {

struct WriteStep {
  std::size_t bytes = 0;  // taken; fewer than given: wait until it is writable
  bool failed = false;
};

class PeerSocket {
 public:
  using executor_type = LoopExecutor;
  using ErrorCode = boost::system::error_code;

  explicit PeerSocket(TcpSocket tcp) : tcp_(std::move(tcp)) {}
  PeerSocket(TcpSocket tcp, std::unique_ptr<TlsChannel> tls) : tcp_(std::move(tcp)), tls_(std::move(tls)) {}

  executor_type get_executor() { return tcp_.get_executor(); }
  TcpSocket& tcp() { return tcp_; }  // the bytes below TLS: to wait, and to throw away what still comes
  int native_handle() { return tcp_.native_handle(); }
  bool is_open() const { return tcp_.is_open(); }
  bool is_encrypted() const { return tls_ != nullptr; }

  // Of TLS, where it is: done when it waits for nothing.
  TlsStep handshake() { return tls_ ? tls_->handshake() : TlsStep{}; }
  // Whether the handshake failed because the peer speaks plain HTTP. From then on the socket does so too, for
  // the one answer that tells it.
  bool fall_back_to_plain();

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [this](auto&& handler, const Buffers& into) {
          using Handler = std::decay_t<decltype(handler)>;
          if (!tls_) {
            tcp_.async_read_some(into, std::forward<decltype(handler)>(handler));
          } else {
            Handler mine = std::forward<decltype(handler)>(handler);
            asio::async_compose<Handler, void(ErrorCode, std::size_t)>(EncryptedRead{*this, first_of(into)},
                                                                       mine, tcp_);
          }
        },
        token, buffers);
  }
  template <class Token>
  auto async_wait(TcpSocket::wait_type what, Token&& token) {
    return tcp_.async_wait(what, std::forward<Token>(token));
  }

  WriteStep write(std::string_view bytes);
  WriteStep write(std::span<iovec> parts);
  // How many of the bytes that were not taken must come first in the next write, as they were.
  std::size_t unfinished() const { return tls_ ? tls_->unfinished() : 0; }

  // Nothing more is written. False: the end could not be said yet; try again when it is writable.
  bool shutdown_send();
  void shutdown_both();
  void cancel();
  void close();

 private:
  struct EncryptedRead {
    PeerSocket& socket;
    asio::mutable_buffer into;
    TlsStep step{};
    bool begun = false;
    bool done = false;

    template <class Self>
    void operator()(Self& self, ErrorCode error = {}) {
      if (done) return self.complete(step.error, step.bytes);
      if (error) return self.complete(error, 0);
      const bool first = !std::exchange(begun, true);
      step = socket.read(into);
      if (step.wait == TlsWait::readable) {
        socket.tcp_.async_wait(TcpSocket::wait_read, std::move(self));
      } else if (step.wait == TlsWait::writable) {
        socket.tcp_.async_wait(TcpSocket::wait_write, std::move(self));
      } else if (first) {
        done = true;  // never completes from within the call that began it
        asio::post(socket.get_executor(), std::move(self));
      } else {
        self.complete(step.error, step.bytes);
      }
    }
  };
  template <class Buffers>
  static asio::mutable_buffer first_of(const Buffers& buffers) {
    for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers); ++at) {
      const asio::mutable_buffer buffer = *at;
      if (buffer.size() != 0) return buffer;
    }
    return {};
  }
  TlsStep read(asio::mutable_buffer into);

  TcpSocket tcp_;
  std::unique_ptr<TlsChannel> tls_;
};

}  // namespace coterie
