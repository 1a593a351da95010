#include "clients/cpp/http_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>

#include "clients/cpp/sentences.hpp"
#include "clients/cpp/transport.hpp"

namespace coterie {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Clock = std::chrono::steady_clock;
using SocketError = boost::system::error_code;

constexpr std::uint64_t kMostBodyBytes = 256ULL * 1024 * 1024;

}  // namespace

class HttpClient::Link {
 public:
  Link(ServerUrl url, std::string token, std::chrono::milliseconds timeout)
      : url_(std::move(url)), token_(std::move(token)), timeout_(timeout), socket_(loop_) {}

  ClientResult<HttpAnswer> ask(http::verb verb, std::string_view target, std::string body);

 private:
  struct Step {
    bool done = false;
    SocketError error;
  };
  // Turns the loop until the step is done. Past the deadline the socket is closed, which ends the step with
  // an error.
  void run(Step& step);
  ClientResult<void> connect();
  SocketError exchange(const http::request<http::string_body>& request, std::optional<HttpAnswer>& answer);
  void drop();

  ServerUrl url_;
  std::string token_;
  std::chrono::milliseconds timeout_;
  asio::io_context loop_;
  Transport socket_;
  boost::beast::flat_buffer buffer_;
  Clock::time_point until_;
  bool late_ = false;
};

void HttpClient::Link::run(Step& step) {
  loop_.restart();
  while (!step.done) {
    if (loop_.run_one_until(until_) != 0) continue;
    late_ = true;
    drop();
    loop_.restart();
    while (!step.done && loop_.run_one() != 0) {
    }
    return;
  }
}

void HttpClient::Link::drop() {
  socket_.close();
  buffer_.clear();
}

ClientResult<void> HttpClient::Link::connect() {
  SocketError error;
  asio::ip::tcp::resolver resolver(loop_);
  const auto addresses = resolver.resolve(url_.host, url_.port, error);
  if (error) return cannot_reach(url_, error);
  Step connected;
  asio::async_connect(socket_.tcp(), addresses, [&](SocketError failed, const asio::ip::tcp::endpoint&) {
    connected = {true, failed};
  });
  run(connected);
  if (late_) return no_connection_in_time(url_, timeout_);
  if (connected.error) return cannot_reach(url_, connected.error);
  socket_.tcp().set_option(asio::ip::tcp::no_delay(true), error);
  const ClientResult<Transport::Tls*> tls = socket_.begin_tls(url_);
  if (!tls) return tls.error();
  if (*tls == nullptr) return {};
  Step secured;
  (*tls)->async_handshake(asio::ssl::stream_base::client, [&](SocketError failed) {
    secured = {true, failed};
  });
  run(secured);
  if (late_) return no_connection_in_time(url_, timeout_);
  if (secured.error) {
    ClientError failed = socket_.not_secured(url_, secured.error);
    drop();
    return failed;
  }
  return {};
}

SocketError HttpClient::Link::exchange(const http::request<http::string_body>& request,
                                       std::optional<HttpAnswer>& answer) {
  Step written;
  http::async_write(socket_, request, [&](SocketError error, std::size_t) { written = {true, error}; });
  run(written);
  // A refusal may stand there to be read although the rest of the request could not be written.
  if (written.error && late_) return written.error;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kMostBodyBytes);
  Step read;
  http::async_read(socket_, buffer_, parser, [&](SocketError error, std::size_t) { read = {true, error}; });
  run(read);
  if (read.error) return written.error ? written.error : read.error;
  const bool keep = parser.keep_alive() && !written.error;
  auto response = parser.release();
  answer = HttpAnswer{response.result_int(), std::move(response.body())};
  if (!keep) drop();
  return {};
}

ClientResult<HttpAnswer> HttpClient::Link::ask(http::verb verb, std::string_view target, std::string body) {
  until_ = Clock::now() + timeout_;
  late_ = false;
  http::request<http::string_body> request{verb, url_.prefix + std::string(target), 11};
  request.set(http::field::host, url_.authority());
  request.set(http::field::user_agent, "coterie");
  request.set(http::field::accept, "application/json");
  if (!token_.empty()) request.set(http::field::authorization, "Bearer " + token_);
  if (verb != http::verb::get) {
    request.set(http::field::content_type, "application/json");
    request.body() = std::move(body);
    request.prepare_payload();
  }
  for (;;) {
    const bool kept = socket_.tcp().is_open();
    if (!kept) {
      const ClientResult<void> connected = connect();
      if (!connected) return connected.error();
    }
    std::optional<HttpAnswer> answer;
    const SocketError error = exchange(request, answer);
    if (answer) return std::move(*answer);
    drop();
    if (late_) {
      return ClientError{ClientError::Kind::timeout, "no answer from " + url_.text() + " within " +
                                                         std::to_string(timeout_.count() / 1000) + " s."};
    }
    if (!kept) return connection_lost(url_, error);
  }
}

HttpClient::HttpClient(ServerUrl url, std::string token, std::chrono::milliseconds timeout)
    : link_(std::make_unique<Link>(std::move(url), std::move(token), timeout)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

ClientResult<HttpAnswer> HttpClient::get(std::string_view target) {
  return link_->ask(http::verb::get, target, {});
}
ClientResult<HttpAnswer> HttpClient::post(std::string_view target, std::string body) {
  return link_->ask(http::verb::post, target, std::move(body));
}

}  // namespace coterie
