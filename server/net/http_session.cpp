#include "server/net/http_session.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>
#include <utility>

#include "server/net/http_answer.hpp"
#include "server/net/origin.hpp"
#include "server/net/session.hpp"
#include "server/net/sse_session.hpp"
#include "server/ops/limit_hits.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"

namespace coterie {
namespace {

constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kBodyReadBytes = 64 * 1024;
constexpr std::size_t kLingerBytes = 256 * 1024;

HttpRefusal too_slow() { return {408, "bad_request", "The request did not arrive in time.", {}}; }

HttpRefusal speak_tls() { return {400, "bad_request", "This port speaks TLS: use https or wss.", {}}; }

// Which limit a refusal of a request is about; empty: none, or one that was counted where it was found.
std::string_view limit_of(int status) {
  switch (status) {
    case 408:
      return "request_time";
    case 413:
      return "body_bytes";
    case 414:
      return "target_bytes";
    case 431:
      return "headers";
    default:
      return {};
  }
}

HttpResponse failed() { return problem(500, "unavailable", "Something went wrong here. Try again later."); }

}  // namespace

HttpSession::HttpSession(NetCore& core, ConnectionPlace place, PeerSocket socket)
    : core_(core),
      place_(std::move(place)),
      socket_(std::move(socket)),
      peer_(place_->address()),
      answered_(core.loop.context().get_executor()),
      deadline_(core.state.now) {
  caller_.address = peer_;
  caller_.secure = socket_.is_encrypted();
  how_.cross_origin.varies = !core.rules.allowed_origins.empty();
}

Awaitable<void> HttpSession::run(std::shared_ptr<HttpSession> self, std::optional<HttpRefusal> refusal) {
  ServerContext& context = self->core_.context;
  self->core_.connections.enter(*self);
  context.metrics.connection_opened("http");
  context.log.debug("connection_opened", {{"transport", "http"}, {"peer", self->peer_}});
  try {
    const bool begun = co_await self->shake_hands();
    if (!begun) {
      self->cut();
    } else if (refusal) {
      co_await self->refuse(std::move(*refusal));
    } else {
      co_await self->converse();
    }
  } catch (const std::exception& failure) {
    context.log.error("http_session_failed", {{"peer", self->peer_}, {"reason", failure.what()}});
  }
  context.metrics.connection_closed("http");
  context.log.debug("connection_closed", {{"transport", "http"}, {"peer", self->peer_}});
}

Awaitable<bool> HttpSession::shake_hands() {
  if (!socket_.is_encrypted()) co_return true;
  wait_for(Waits::handshake, core_.context.net.request_time);
  while (true) {
    const TlsStep step = socket_.handshake();
    if (step.error) {
      core_.context.metrics.tls_handshake("failed");
      core_.context.log.debug("tls_failed", {{"peer", peer_}, {"reason", step.error.message()}});
      if (socket_.fall_back_to_plain()) co_await refuse(speak_tls());
      co_return false;
    }
    if (step.wait == TlsWait::nothing) break;
    const auto what = step.wait == TlsWait::readable ? TcpSocket::wait_read : TcpSocket::wait_write;
    auto [error] = co_await socket_.async_wait(what, kAwait);
    if (error) {
      core_.context.metrics.tls_handshake(timed_out_ ? "too_slow" : "failed");
      co_return false;
    }
  }
  core_.context.metrics.tls_handshake("done");
  co_return true;
}

Awaitable<void> HttpSession::converse() {
  wait_for(Waits::first_request, core_.context.net.request_time);
  while (true) {
    const Next next = co_await serve_one();
    if (next == Next::handed_over) co_return;
    if (next == Next::stop || last_) break;
    if (buffer_.empty()) {
      buffer_.shrink_to_fit();
      wait_for(Waits::next_request, core_.context.net.keep_alive);
    } else {
      wait_for(Waits::rest_of_request, core_.context.net.request_time);
    }
  }
  cut();
}

Awaitable<HttpSession::Next> HttpSession::serve_one() {
  how_.cross_origin.page.clear();
  const std::size_t head_size = co_await read_head();
  if (head_size == 0) co_return Next::stop;
  HttpResult<HttpHead> head = parse_head(std::string_view(buffer_).substr(0, head_size));
  buffer_.erase(0, head_size);
  if (!head) {
    co_await refuse(head.error());
    co_return Next::stop;
  }
  // Before anything is refused, so that the page can read why.
  how_.cross_origin.page = listed_origin(*head, core_.rules);
  if (std::optional<HttpRefusal> refusal = recognise(*head)) {
    co_await refuse(std::move(*refusal));
    co_return Next::stop;
  }
  const std::string* const host = head->find("Host");
  // A browser that were told so of localhost would refuse every other server there.
  how_.strict_transport = caller_.secure && host != nullptr && !is_loopback_host(*host);
  Reached reached;
  reached.secure = caller_.secure;
  if (!core_.rules.own_names_only) reached.host = caller_.host;
  GateDecision decision = pass_gate(*head, core_.rules, reached);
  if (HttpRefusal* const refusal = std::get_if<HttpRefusal>(&decision)) {
    co_await refuse(std::move(*refusal));
    co_return Next::stop;
  }
  if (UpgradeToWebSocket* const upgrade = std::get_if<UpgradeToWebSocket>(&decision)) {
    become_session(std::move(upgrade->key), *head);
    co_return Next::handed_over;
  }
  const ServeHttp serve = std::get<ServeHttp>(decision);
  if (serve.expects_continue && buffer_.size() < serve.body_bytes) {
    std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const bool written = co_await write(std::move(go_on));
    if (!written) co_return Next::stop;
  }
  const bool whole = co_await read_body(serve.body_bytes);
  if (!whole) co_return Next::stop;
  if (!serve.keep_alive) last_ = true;
  HttpRequest request;
  request.method = head->method;
  request.path = head->path();
  request.query = head->query();
  request.headers = std::move(head->headers);
  request.body = buffer_.substr(0, serve.body_bytes);
  request.peer = caller_.address;
  request.secure = caller_.secure;
  buffer_.erase(0, serve.body_bytes);
  const Next next = co_await answer(std::move(request));
  // What stays open between two requests is the proxy's.
  if (place_) place_->move_to(peer_);
  co_return next;
}

Awaitable<std::size_t> HttpSession::read_head() {
  HeadScan scan;
  while (true) {
    const HttpResult<std::size_t> size = scan.scan(buffer_, core_.context.net);
    if (!size) {
      co_await refuse(size.error());
      co_return 0;
    }
    if (*size != 0) co_return *size;
    const bool more = co_await read_more(kReadBytes);
    if (!more) co_return 0;
    if (waits_ == Waits::next_request) wait_for(Waits::rest_of_request, core_.context.net.request_time);
  }
}

Awaitable<bool> HttpSession::read_body(std::size_t size) {
  while (buffer_.size() < size) {
    const bool more = co_await read_more(std::min(size - buffer_.size(), kBodyReadBytes));
    if (!more) co_return false;
  }
  co_return true;
}

Awaitable<bool> HttpSession::read_more(std::size_t most) {
  const std::size_t before = buffer_.size();
  buffer_.resize(before + most);
  const asio::mutable_buffer into = asio::buffer(buffer_) + before;
  auto [error, size] = co_await socket_.async_read_some(into, kAwait);
  buffer_.resize(before + size);
  if (!error) co_return true;
  if (timed_out_ && waits_ != Waits::next_request && socket_.is_open()) co_await refuse(too_slow());
  co_return false;
}

Awaitable<HttpSession::Next> HttpSession::answer(HttpRequest request) {
  const bool head_only = request.method == "HEAD";
  const std::uint64_t number = ++request_;
  response_.reset();
  wait_for(Waits::answer, core_.context.net.silence);
  Respond respond_later = [weak = weak_from_this(), number](HttpResponse response) {
    if (const auto self = weak.lock()) self->respond(number, std::move(response));
  };
  try {
    core_.context.http.handle(std::move(request), std::move(respond_later));
  } catch (const std::exception& failure) {
    core_.context.log.error("http_request_failed", {{"peer", peer_}, {"reason", failure.what()}});
    respond(number, failed());
  }
  while (!response_ && !timed_out_ && socket_.is_open()) {
    answered_.expires_at(LoopTimer::time_point::max());
    auto [cancelled] = co_await answered_.async_wait(kAwait);
    static_cast<void>(cancelled);
  }
  if (!response_) {
    response_ = failed();
    last_ = true;
  }
  request_ = number + 1;  // an answer that comes now is dropped
  if (response_->stream && !head_only && become_stream(*response_)) co_return Next::handed_over;
  if (response_->over_rate) co_await hold_back();
  how_.keep_alive = !last_;
  how_.body = !head_only;
  std::string bytes = to_bytes(*std::move(response_), how_);
  response_.reset();
  const bool written = co_await write(std::move(bytes));
  if (!written) {
    last_ = true;
  } else if (last_) {
    co_await linger();
  }
  co_return Next::request;
}

Awaitable<void> HttpSession::hold_back() {
  answered_.expires_after(core_.context.net.hold_back);
  auto [cancelled] = co_await answered_.async_wait(kAwait);
  static_cast<void>(cancelled);
}

void HttpSession::respond(std::uint64_t request, HttpResponse response) {
  if (request != request_ || response_) return;
  response_ = std::move(response);
  answered_.cancel();
}

Awaitable<bool> HttpSession::write(std::string bytes) {
  timed_out_ = false;
  wait_for(Waits::write, core_.context.net.silence);
  std::size_t done = 0;
  while (true) {
    const WriteStep step = socket_.write(std::string_view(bytes).substr(done));
    if (step.failed) co_return false;
    done += step.bytes;
    if (done == bytes.size()) co_return true;
    auto [error] = co_await socket_.async_wait(TcpSocket::wait_write, kAwait);
    if (error) co_return false;
  }
}

Awaitable<void> HttpSession::refuse(HttpRefusal refusal) {
  core_.context.metrics.error(refusal.code);
  if (const std::string_view limit = limit_of(refusal.status); !limit.empty())
    core_.context.limit_hits.note(limit);
  core_.context.log.debug(
      "http_refused",
      {{"peer", peer_}, {"status", std::int64_t{refusal.status}}, {"reason", refusal.message}});
  last_ = true;
  how_.keep_alive = false;
  how_.body = true;
  std::string bytes = to_bytes(to_response(refusal), how_);
  const bool written = co_await write(std::move(bytes));
  if (written) co_await linger();
}

// The answer was written while more of the request may be on its way: closed at once, a reset could overtake
// it.
Awaitable<void> HttpSession::linger() {
  static_cast<void>(socket_.shutdown_send());
  wait_for(Waits::linger, core_.context.net.close_time);
  std::string().swap(buffer_);
  std::size_t total = 0;
  while (total < kLingerBytes) {
    buffer_.resize(kReadBytes);
    auto [error, size] = co_await socket_.tcp().async_read_some(asio::buffer(buffer_), kAwait);
    if (error) break;
    total += size;
  }
  cut();
}

void HttpSession::wait_for(Waits what, std::chrono::milliseconds time) {
  waits_ = what;
  deadline_ = core_.state.now + time;
  core_.connections.due(*this, deadline_);
}

SteadyTime HttpSession::sweep(SteadyTime now) {
  if (now < deadline_) return deadline_;
  deadline_ = now + core_.context.net.request_time;
  timed_out_ = true;
  switch (waits_) {
    case Waits::first_request:
    case Waits::rest_of_request:
      socket_.cancel();
      break;
    case Waits::answer:
      answered_.cancel();
      break;
    case Waits::handshake:
    case Waits::next_request:
    case Waits::write:
    case Waits::linger:
      cut();
      break;
  }
  return deadline_;
}

void HttpSession::say_goodbye(const Goodbye&) {
  last_ = true;
  if (waits_ == Waits::handshake || waits_ == Waits::first_request || waits_ == Waits::next_request) cut();
}

void HttpSession::cut() {
  socket_.close();
  answered_.cancel();
}

std::optional<HttpRefusal> HttpSession::recognise(HttpHead& head) {
  if (core_.proxies.empty()) return std::nullopt;
  caller_ = caller_of(head, peer_, socket_.is_encrypted(), core_.proxies);
  if (!caller_.forwarded) return std::nullopt;
  // A route that asks whether there is a proxy is to see the one that was not understood.
  if (!caller_.vague) drop_forwarding_headers(head.headers);
  if (caller_.address == place_->address()) return std::nullopt;
  const std::size_t most = core_.context.net.connections_per_address;
  if (most != 0 && core_.connections.count(caller_.address) >= most) {
    core_.context.limit_hits.note("connections_per_address");
    return too_many_from_there();
  }
  place_->move_to(caller_.address);
  return std::nullopt;
}

void HttpSession::become_session(std::string key, const HttpHead& head) {
  Handshake handshake;
  handshake.key = std::move(key);
  handshake.early =
      std::string(buffer_);  // a copy: nearly always empty, where the buffer has room for a request
  HttpRequest request;
  request.headers = head.headers;
  if (const auto bearer = request.bearer()) handshake.bearer = std::string(*bearer);
  handshake.user_agent = request.user_agent();
  auto session =
      std::make_shared<Session>(core_, std::move(*place_), std::move(socket_), std::move(handshake));
  place_.reset();
  asio::co_spawn(core_.loop.context().get_executor(), Session::run(std::move(session)), asio::detached);
}

bool HttpSession::become_stream(HttpResponse& response) {
  SignedHello hello = std::move(*response.stream);
  if (const auto wait = core_.quotas.charge(hello.identity.user.id, core_.context.now())) {
    core_.context.limit_hits.note("messages", hello.identity.user.id);
    response = error_response(too_many_messages(*wait));
    response.over_rate = true;
    return false;
  }
  Result<OpenedSession> opened = LiveSession::open(core_, hello);
  if (!opened) {
    response = error_response(opened.error());
    return false;
  }
  how_.keep_alive = false;  // the end of the connection is the end of the stream
  how_.body = true;
  std::string head = to_bytes(std::move(response), how_);
  auto session = std::make_shared<SseSession>(core_, std::move(*place_), std::move(socket_));
  place_.reset();
  asio::co_spawn(core_.loop.context().get_executor(),
                 SseSession::run(std::move(session), std::move(head), std::move(*opened), std::move(hello)),
                 asio::detached);
  return true;
}

}  // namespace coterie
