// The bytes between here and a server: a TCP connection, or TLS over it with the server's certificate
// verified, by the system's authorities or by one that was named. To Beast it is one stream either way.
// Thread: one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <optional>
#include <utility>

#include "clients/cpp/client_error.hpp"
#include "clients/cpp/server_url.hpp"

namespace coterie {

class Transport {
 public:
  using Tcp = boost::asio::ip::tcp::socket;
  using Tls = boost::asio::ssl::stream<Tcp&>;
  using executor_type = Tcp::executor_type;
  using ErrorCode = boost::system::error_code;

  explicit Transport(boost::asio::io_context& loop) : tcp_(loop) {}

  executor_type get_executor() { return tcp_.get_executor(); }
  Tcp& tcp() { return tcp_; }
  // Once connected, before anything is said: null where the address is plain http.
  ClientResult<Tls*> begin_tls(const ServerUrl& url);
  // Why a handshake that failed did so, in a sentence.
  ClientError not_secured(const ServerUrl& url, const ErrorCode& error);
  void close();

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) return tls_->async_read_some(buffers, std::forward<Handler>(handler));
    return tcp_.async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) return tls_->async_write_some(buffers, std::forward<Handler>(handler));
    return tcp_.async_write_some(buffers, std::forward<Handler>(handler));
  }

 private:
  Tcp tcp_;
  std::optional<boost::asio::ssl::context> context_;
  std::optional<Tls> tls_;
};

// Beast ends a WebSocket's connection through these.
inline void beast_close_socket(Transport& transport) { transport.close(); }
inline void teardown(boost::beast::role_type, Transport& transport, Transport::ErrorCode& error) {
  transport.close();
  error = {};
}
template <class Handler>
void async_teardown(boost::beast::role_type, Transport& transport, Handler&& handler) {
  transport.close();
  boost::asio::post(transport.get_executor(),
                    boost::beast::bind_handler(std::forward<Handler>(handler), Transport::ErrorCode()));
}

}  // namespace coterie
