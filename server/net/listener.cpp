#include "server/net/listener.hpp"

#include <sys/resource.h>

#include <climits>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "server/net/asio_types.hpp"
#include "server/net/http_session.hpp"
#include "server/net/net_core.hpp"
#include "server/net/peer_socket.hpp"
#include "server/ops/limit_hits.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"

namespace coterie {
namespace {

// What is told politely at once, so that a flood of refusals cannot become a flood of its own.
constexpr std::size_t kPoliteRefusals = 256;

const std::string kNoDescriptors = "no descriptors are left for connections";

asio::ip::tcp::endpoint resolve(const Endpoint& endpoint) {
  const std::string host = endpoint.host == "localhost" ? "127.0.0.1" : endpoint.host;
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error) throw std::runtime_error("cannot listen on " + endpoint.host + ": it is not an address");
  return {address, endpoint.port};
}

// The number below which descriptors may be used for connections; the rest is for files.
int descriptor_ceiling(std::size_t reserve) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return INT_MAX;
  const rlim_t usable = limit.rlim_cur > reserve ? limit.rlim_cur - reserve : limit.rlim_cur / 2;
  return usable > INT_MAX ? INT_MAX : static_cast<int>(usable);
}

// Of a link-local address the zone is this machine's affair.
std::string address_of(const asio::ip::address& address) {
  const std::string text = address.to_string();
  return plain_address(std::string_view(text).substr(0, text.find('%')));
}

}  // namespace

struct Listener::Inside : std::enable_shared_from_this<Listener::Inside> {
  Inside(Loop& loop, ServerContext& context, const Endpoint& where)
      : core(loop, context),
        acceptor(loop.context().get_executor()),
        pause(loop.context().get_executor()),
        ticker(loop.context().get_executor()),
        ceiling(descriptor_ceiling(context.net.descriptors_reserve)) {
    const asio::ip::tcp::endpoint endpoint = resolve(where);
    try {
      acceptor.open(endpoint.protocol());
      acceptor.set_option(asio::socket_base::reuse_address(true));
      acceptor.bind(endpoint);
      acceptor.listen(4096);
    } catch (const boost::system::system_error& failure) {
      throw std::runtime_error("cannot listen on " + where.host + ":" + std::to_string(where.port) + ": " +
                               failure.code().message());
    }
    port = acceptor.local_endpoint().port();
    core.rules.loopback = endpoint.address().is_loopback();
  }

  static Awaitable<void> accept_all(std::shared_ptr<Inside> self) {
    while (self->acceptor.is_open()) {
      auto [error, socket] = co_await self->acceptor.async_accept(kAwait);
      if (!self->acceptor.is_open()) break;
      if (!error && socket.native_handle() < self->ceiling) {
        self->take(std::move(socket));
        continue;
      }
      if (error == asio::error::connection_aborted) continue;  // that one was given up by its client
      // Without a pause the waiting connection would be tried again and again.
      boost::system::error_code ignored;
      if (!error) socket.close(ignored);
      self->core.context.log.warn("accepting_paused", {{"reason", error ? error.message() : kNoDescriptors}});
      self->pause.expires_after(self->core.context.net.accept_pause);
      auto [cancelled] = co_await self->pause.async_wait(kAwait);
      static_cast<void>(cancelled);
    }
  }

  void take(TcpSocket socket) {
    boost::system::error_code error;
    socket.set_option(asio::ip::tcp::no_delay(true), error);
    const auto remote = socket.remote_endpoint(error);
    if (error) return;  // gone already
    std::string address = address_of(remote.address());
    std::optional<HttpRefusal> refusal = objection(address);
    if (refusal && core.connections.count() >= core.context.net.connections + kPoliteRefusals) return;
    std::unique_ptr<TlsChannel> tls;
    if (core.context.tls) tls = std::make_unique<TlsChannel>(*core.context.tls, socket.native_handle());
    auto session = std::make_shared<HttpSession>(core, ConnectionPlace(core.connections, std::move(address)),
                                                 PeerSocket(std::move(socket), std::move(tls)));
    asio::co_spawn(core.loop.context().get_executor(), HttpSession::run(session, std::move(refusal)),
                   asio::detached);
  }

  std::optional<HttpRefusal> objection(const std::string& address) const {
    const NetLimits& limits = core.context.net;
    if (core.connections.count() >= limits.connections) {
      core.context.limit_hits.note("connections");
      return HttpRefusal{503, "overloaded", "The server is full. Try again soon.", {{"Retry-After", "5"}}};
    }
    // For whom a listed proxy speaks, it says with each request.
    if (limits.connections_per_address != 0 &&
        core.connections.count(address) >= limits.connections_per_address &&
        !core.proxies.includes(address)) {
      core.context.limit_hits.note("connections_per_address");
      return too_many_from_there();
    }
    return std::nullopt;
  }

  void tick() {
    ticker.expires_after(core.context.net.sweep);
    ticker.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      const auto self = weak.lock();
      if (error || !self) return;
      self->core.state.now = self->core.context.now();
      self->core.connections.sweep(self->core.state.now);
      self->core.context.metrics.bytes_queued(self->core.state.queued_bytes);
      self->core.quotas.sweep(self->core.state.now);
      self->tick();
    });
  }

  NetCore core;
  TcpAcceptor acceptor;
  LoopTimer pause;
  LoopTimer ticker;
  int ceiling;
  std::uint16_t port = 0;
};

Listener::Listener(Loop& loop, const Endpoint& endpoint, ServerContext& context)
    : inside_(std::make_shared<Inside>(loop, context, endpoint)) {
  inside_->tick();
  asio::co_spawn(loop.context().get_executor(), Inside::accept_all(inside_), asio::detached);
}

Listener::~Listener() {
  stop_accepting();
  inside_->core.connections.for_each([](PeerConnection& connection) { connection.cut(); });
  // Each connection's coroutine finds its socket closed and ends, while all it is served with is still there.
  inside_->core.loop.finish();
}

std::uint16_t Listener::port() const { return inside_->port; }

std::size_t Listener::connections() const { return inside_->core.connections.count(); }

std::size_t Listener::queued_bytes() const { return inside_->core.state.queued_bytes; }

void Listener::stop_accepting() {
  boost::system::error_code ignored;
  inside_->acceptor.close(ignored);
  inside_->pause.cancel();
}

void Listener::close_all(CloseCode code, std::string reason, std::chrono::milliseconds retry_least,
                         std::chrono::milliseconds retry_most) {
  Goodbye goodbye;
  goodbye.code = code;
  goodbye.reason = std::move(reason);
  goodbye.retry_least = retry_least;
  goodbye.retry_most = retry_most;
  inside_->core.connections.for_each(
      [&goodbye](PeerConnection& connection) { connection.say_goodbye(goodbye); });
}

}  // namespace coterie
