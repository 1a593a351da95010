#include "clients/cpp/websocket.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "clients/cpp/sentences.hpp"
#include "clients/cpp/transport.hpp"

namespace coterie {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Clock = std::chrono::steady_clock;
using SocketError = boost::system::error_code;

constexpr std::size_t kMostFrameBytes = 64 * 1024 * 1024;
constexpr std::chrono::seconds kWriteTimeout{30};
constexpr std::chrono::seconds kCloseTimeout{2};

}  // namespace

// Beast's stream and the loop that drives it. The loop turns only inside a call, until that call's step is
// done or its time is over.
class ClientSocket::Stream {
 public:
  explicit Stream(ServerUrl url) : url_(std::move(url)), socket_(loop_) {}

  ClientResult<void> open(std::chrono::milliseconds timeout);
  ClientResult<void> write(std::string_view text);
  ClientResult<std::optional<std::string>> read(std::chrono::milliseconds timeout);
  void close();

 private:
  struct Step {
    bool done = false;
    SocketError error;
  };
  // Turns the loop until `step` is done; false: the time was over first.
  bool run(const Step& step, Clock::time_point until);
  ClientError ended(const SocketError& error);
  void start_read();

  ServerUrl url_;
  asio::io_context loop_;
  beast::websocket::stream<Transport> socket_;
  beast::flat_buffer buffer_;
  Step reading_;
  bool read_under_way_ = false;
  bool over_ = false;
};

bool ClientSocket::Stream::run(const Step& step, Clock::time_point until) {
  loop_.restart();
  while (!step.done) {
    if (loop_.run_one_until(until) == 0) break;
  }
  return step.done;
}

ClientResult<void> ClientSocket::Stream::open(std::chrono::milliseconds timeout) {
  const Clock::time_point until = Clock::now() + timeout;
  asio::ip::tcp::resolver resolver(loop_);
  asio::ip::tcp::resolver::results_type addresses;
  Step resolved;
  resolver.async_resolve(url_.host, url_.port,
                         [&](SocketError error, asio::ip::tcp::resolver::results_type found) {
                           resolved = {true, error};
                           addresses = std::move(found);
                         });
  if (!run(resolved, until)) return no_connection_in_time(url_, timeout);
  if (resolved.error) return cannot_reach(url_, resolved.error);

  Step connected;
  asio::async_connect(socket_.next_layer().tcp(), addresses,
                      [&](SocketError error, const asio::ip::tcp::endpoint&) {
                        connected = {true, error};
                      });
  if (!run(connected, until)) return no_connection_in_time(url_, timeout);
  if (connected.error) return cannot_reach(url_, connected.error);
  SocketError ignored;
  socket_.next_layer().tcp().set_option(asio::ip::tcp::no_delay(true), ignored);
  const ClientResult<Transport::Tls*> tls = socket_.next_layer().begin_tls(url_);
  if (!tls) return tls.error();
  if (*tls != nullptr) {
    Step secured;
    (*tls)->async_handshake(asio::ssl::stream_base::client, [&](SocketError error) {
      secured = {true, error};
    });
    if (!run(secured, until)) return no_connection_in_time(url_, timeout);
    if (secured.error) return socket_.next_layer().not_secured(url_, secured.error);
  }

  socket_.read_message_max(kMostFrameBytes);
  socket_.set_option(beast::websocket::stream_base::decorator([](beast::websocket::request_type& request) {
    request.set(beast::http::field::sec_websocket_protocol, "coterie.v1");
    request.set(beast::http::field::user_agent, "coterie");
  }));
  Step shaken;
  beast::websocket::response_type response;
  socket_.async_handshake(response, url_.authority(), url_.prefix + "/ws", [&](SocketError error) {
    shaken = {true, error};
  });
  if (!run(shaken, until)) return no_connection_in_time(url_, timeout);
  if (shaken.error == beast::websocket::error::upgrade_declined) {
    return turned_away(url_, response.result_int(), response.body());
  }
  if (shaken.error) return cannot_reach(url_, shaken.error);
  socket_.text(true);
  return {};
}

ClientResult<void> ClientSocket::Stream::write(std::string_view text) {
  if (over_) return connection_lost(url_, asio::error::not_connected);
  Step written;
  socket_.async_write(asio::buffer(text), [&](SocketError error, std::size_t) { written = {true, error}; });
  if (!run(written, Clock::now() + kWriteTimeout)) {
    over_ = true;
    socket_.next_layer().close();
    run(written, Clock::now() + kCloseTimeout);  // the handler refers to this frame
    return connection_lost(url_, asio::error::timed_out);
  }
  if (written.error) return ended(written.error);
  return {};
}

void ClientSocket::Stream::start_read() {
  read_under_way_ = true;
  reading_ = {};
  socket_.async_read(buffer_, [this](SocketError error, std::size_t) { reading_ = {true, error}; });
}

ClientResult<std::optional<std::string>> ClientSocket::Stream::read(std::chrono::milliseconds timeout) {
  if (over_) return connection_lost(url_, asio::error::not_connected);
  if (!read_under_way_) start_read();
  if (!run(reading_, Clock::now() + timeout)) return std::optional<std::string>{};
  read_under_way_ = false;
  if (reading_.error) return ended(reading_.error);
  std::optional<std::string> text = beast::buffers_to_string(buffer_.data());
  buffer_.clear();
  return text;
}

ClientError ClientSocket::Stream::ended(const SocketError& error) {
  over_ = true;
  // A failed write may only mean that the close frame has been read already, or waits to be.
  if (error != beast::websocket::error::closed &&
      socket_.reason().code == beast::websocket::close_code::none) {
    return connection_lost(url_, error);
  }
  const beast::websocket::close_reason& reason = socket_.reason();
  ClientError lost{ClientError::Kind::lost, "the server closed the connection"};
  lost.message += " (" + std::to_string(reason.code);
  if (!reason.reason.empty()) lost.message += ": " + std::string(reason.reason.data(), reason.reason.size());
  lost.message += ").";
  lost.close_code = reason.code;
  return lost;
}

void ClientSocket::Stream::close() {
  if (over_) return;
  over_ = true;
  Step closed;
  socket_.async_close(beast::websocket::close_code::normal, [&](SocketError error) {
    closed = {true, error};
  });
  if (run(closed, Clock::now() + kCloseTimeout)) return;
  socket_.next_layer().close();
  run(closed, Clock::now() + kCloseTimeout);  // the handler refers to this frame
}

ClientSocket::ClientSocket(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}
ClientSocket::ClientSocket(ClientSocket&&) noexcept = default;
ClientSocket& ClientSocket::operator=(ClientSocket&&) noexcept = default;
ClientSocket::~ClientSocket() = default;

ClientResult<ClientSocket> ClientSocket::open(const ServerUrl& url, std::chrono::milliseconds timeout) {
  auto stream = std::make_unique<Stream>(url);
  const ClientResult<void> opened = stream->open(timeout);
  if (!opened) return opened.error();
  return ClientSocket(std::move(stream));
}

ClientResult<void> ClientSocket::write(std::string_view text) { return stream_->write(text); }
ClientResult<std::optional<std::string>> ClientSocket::read(std::chrono::milliseconds timeout) {
  return stream_->read(timeout);
}
void ClientSocket::close() { stream_->close(); }

}  // namespace coterie
