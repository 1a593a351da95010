#include "server/net/session.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "protocol/decode.hpp"
#include "protocol/encode.hpp"
#include "server/auth/authenticator.hpp"
#include "server/net/connection_note.hpp"
#include "server/ops/limit_hits.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/dispatcher.hpp"

namespace coterie {
namespace {

constexpr std::size_t kMostRefused = 200;   // more than were taken since: then it is no accident: 4102
constexpr std::size_t kRefusedAtOnce = 20;  // of one frame, until it is held back
constexpr std::size_t kBeforeHello = 20;    // likewise
constexpr std::chrono::seconds kOverdueSweep{1};

WebSocketOptions options_of(const ServerContext& context) {
  WebSocketOptions options;
  options.message_bytes = context.wire.message_bytes;
  options.outbox_bytes = context.net.outbox_bytes;
  options.rates = {context.net.fragments, context.net.control_frames_per_s, context.net.control_frames_burst};
  return options;
}

FramePtr frame_of(std::string_view message) {
  FrameBuilder builder;
  builder.add(message);
  return builder.finish();
}

Error error_of(ErrorCode code, std::string message) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  return error;
}

}  // namespace

Session::Session(NetCore& core, ConnectionPlace place, PeerSocket socket, Handshake handshake)
    : core_(core),
      place_(std::move(place)),
      socket_(std::move(socket), std::move(handshake.early), options_of(core.context), core.state, *this),
      key_(std::move(handshake.key)),
      bearer_(std::move(handshake.bearer)),
      user_agent_(std::move(handshake.user_agent)),
      resumed_reading_(core.loop.context().get_executor()),
      opened_(core.state.now),
      last_ping_(core.state.now),
      free_counted_(core.state.now) {}

Session::~Session() = default;

Awaitable<void> Session::run(std::shared_ptr<Session> self) {
  ServerContext& context = self->core_.context;
  self->core_.connections.enter(*self);
  note_opened(context, "websocket", self->place_.address());
  try {
    co_await self->converse();
  } catch (const std::exception& failure) {
    // A defect of ours ends this session alone. Law 7.
    context.log.error("session_failed", {{"session", self->id()}, {"reason", failure.what()}});
    self->socket_.close(CloseCode::overloaded, "internal error");
  }
  self->leave();
  self->closing();  // the deadline of the lingering, where it was not set yet
  co_await self->socket_.linger();
}

Awaitable<void> Session::converse() {
  const bool accepted = co_await socket_.accept(std::move(key_));
  if (!accepted) co_return;
  while (true) {
    const std::optional<std::string_view> message = co_await socket_.read();
    if (!message) co_return;
    std::string_view rest = *message;
    while (true) {
      const std::size_t end = rest.find('\n');
      if (!take_line(rest.substr(0, end))) co_return;
      if (over_rate_ >= kRefusedAtOnce) co_await hold_back();
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
    if (over_rate_ != 0) co_await hold_back();
    // Who does not read its answers is not asked for more.
    while (socket_.queued_bytes() > core_.context.net.outbox_bytes && !socket_.ending()) {
      resumed_reading_.expires_at(LoopTimer::time_point::max());
      auto [cancelled] = co_await resumed_reading_.async_wait(kAwait);
      static_cast<void>(cancelled);
    }
  }
}

// To refuse costs time as well, which is that of all: who goes over the rate is not listened to for a moment.
Awaitable<void> Session::hold_back() {
  over_rate_ = 0;
  const auto until = LoopTimer::clock_type::now() + core_.context.net.hold_back;
  while (!socket_.ending() && LoopTimer::clock_type::now() < until) {
    resumed_reading_.expires_at(until);
    auto [cancelled] = co_await resumed_reading_.async_wait(kAwait);
    static_cast<void>(cancelled);
  }
}

bool Session::take_line(std::string_view line) {
  DecodeResult decoded = decode(line, core_.context.wire, core_.context.wire.message_bytes);
  if (decoded) {
    take_message(std::move(*decoded));
  } else if (!live_ || has_quota(decoded.error().id)) {
    refuse(decoded.error().id, decoded.error().error);
  }
  if (!live_ && ++before_hello_ > kBeforeHello) {
    core_.context.limit_hits.note("messages");
    socket_.close(CloseCode::rate_or_cap, "too many messages before hello");
  }
  return !socket_.ending();
}

void Session::take_message(ClientMessage message) {
  if (!live_) {
    if (Hello* hello = std::get_if<Hello>(&message.body)) {
      take_hello(message.id, std::move(*hello));
    } else {
      refuse(message.id, error_of(ErrorCode::unauthorized, "Say hello first."));
    }
    return;
  }
  if (std::holds_alternative<Pong>(message.body)) return;  // that it was read is all it says
  if (!is_free(message) && !has_quota(message.id)) return;
  core_.context.dispatcher.handle(live_->subscriber(), std::move(message));
  core_.connections.due(*this, core_.state.now + kOverdueSweep);
}

void Session::take_hello(RequestId id, Hello hello) {
  const std::string token = hello.token.empty() ? std::exchange(bearer_, {}) : std::move(hello.token);
  Result<Identity> identity = core_.context.authenticator.authenticate(token);
  if (!identity) {
    refuse(id, identity.error());
    socket_.close(CloseCode::token_not_accepted, std::string(to_text(CloseCode::token_not_accepted)));
    return;
  }
  SignedHello greeting{id, std::move(hello), std::move(*identity)};
  // Who comes again and again is not cheaper than who stays.
  if (const auto wait = core_.quotas.charge(greeting.identity.user.id, core_.context.now())) {
    core_.context.limit_hits.note("messages", greeting.identity.user.id);
    ++over_rate_;
    return refuse(id, too_many_messages(*wait));
  }
  const Result<OpenedSession> opened = LiveSession::open(core_, greeting);
  if (!opened && opened.error().code == ErrorCode::limit) {
    socket_.close(CloseCode::rate_or_cap, opened.error().message);
  } else if (!opened) {
    refuse(id, opened.error());
  } else {
    live_.emplace(
        core_, socket_, *opened, greeting,
        ConnectionOrigin{"websocket", place_.address(), std::move(user_agent_), core_.context.wall()});
    last_ping_ = core_.state.now;
    live_->welcome(*opened, std::move(greeting));
  }
}

// What keeps a connection alive is no use of it: taken beside the rate, as often as control frames are.
bool Session::is_free(const ClientMessage& message) {
  const bool exempt =
      std::holds_alternative<Ping>(message.body) || std::holds_alternative<Refresh>(message.body);
  if (!exempt) return false;
  const NetLimits& limits = core_.context.net;
  const std::chrono::duration<double> elapsed = core_.state.now - free_counted_;
  free_counted_ = core_.state.now;
  free_spent_ =
      std::max(0.0, free_spent_ - elapsed.count() * static_cast<double>(limits.control_frames_per_s));
  if (free_spent_ + 1 > static_cast<double>(limits.control_frames_burst)) return false;
  free_spent_ += 1;
  return true;
}

bool Session::has_quota(std::optional<RequestId> id) {
  const auto wait = core_.quotas.charge(live_->user(), core_.context.now());
  if (!wait) {
    if (refused_ > 0) --refused_;
    return true;
  }
  ++over_rate_;
  core_.context.limit_hits.note("messages", live_->user());
  if (++refused_ > kMostRefused) {
    socket_.close(CloseCode::rate_or_cap, "too many messages");
    return false;
  }
  refuse(id, too_many_messages(*wait));
  return false;
}

void Session::refuse(std::optional<RequestId> id, const Error& error) {
  core_.context.metrics.error(to_text(error.code));
  if (live_) {
    live_->subscriber().refuse(id, error);
  } else {
    socket_.send(frame_of(id ? encode(*id, error) : encode(error)));
  }
}

SteadyTime Session::sweep(SteadyTime now) {
  const NetLimits& limits = core_.context.net;
  if (cut_at_) {
    if (now >= *cut_at_) cut();
    return *cut_at_;
  }
  if (!live_) {
    if (now < opened_ + limits.hello_time) return opened_ + limits.hello_time;
    core_.context.limit_hits.note("hello_time");
    socket_.close(CloseCode::no_hello, std::string(to_text(CloseCode::no_hello)));
    return now + limits.close_time;
  }
  live_->subscriber().sweep(now);
  const SteadyTime next = std::min(sweep_heartbeat(now), live_->sweep_token(now));
  return live_->subscriber().in_flight().size() == 0 ? next : std::min(next, now + kOverdueSweep);
}

// A ping where either side was silent for a heartbeat. Ended where nothing was heard for twice as long, nor
// did what waits for the client make any progress.
SteadyTime Session::sweep_heartbeat(SteadyTime now) {
  const NetLimits& limits = core_.context.net;
  SteadyTime alive = socket_.last_read();
  if (socket_.queued_bytes() != 0) alive = std::max(alive, socket_.last_progress());
  if (now >= alive + limits.silence) {
    core_.context.limit_hits.note("silence", live_->user());
    socket_.close(CloseCode::no_progress, std::string(to_text(CloseCode::no_progress)));
    return now + limits.close_time;
  }
  SteadyTime ping_at =
      std::max(last_ping_, std::min(socket_.last_read(), socket_.last_push())) + limits.heartbeat;
  if (now >= ping_at) {
    live_->subscriber().ping();
    last_ping_ = now;
    ping_at = now + limits.heartbeat;
  }
  return std::min(ping_at, alive + limits.silence);
}

void Session::say_goodbye(const Goodbye& goodbye) {
  if (socket_.ending()) return;
  if (live_) {
    live_->subscriber().push(encode(goodbye));
    live_->subscriber().flush();
  } else {
    socket_.send(frame_of(encode(goodbye)));
  }
  socket_.close(goodbye.code, goodbye.reason);
}

void Session::cut() {
  socket_.cut();
  resumed_reading_.cancel();
}

void Session::drained() {
  resumed_reading_.cancel();
  if (live_) live_->subscriber().drained();
}

void Session::closing() {
  resumed_reading_.cancel();
  if (!cut_at_) cut_at_ = core_.state.now + core_.context.net.close_time;
  core_.connections.due(*this, *cut_at_);
}

std::string Session::id() const { return live_ ? live_->id().value() : std::string(); }

void Session::leave() {
  const ConnectionEnd& end = socket_.end();
  const std::string session = id();
  if (live_ && end.by_peer && end.code == static_cast<std::uint16_t>(CloseCode::normal))
    live_->closed_cleanly();
  const UserId user = live_ ? live_->user() : UserId{};
  live_.reset();
  if (!end.by_peer && end.code == static_cast<std::uint16_t>(CloseCode::too_big))
    core_.context.limit_hits.note("message_bytes", user);
  if (!end.by_peer && end.code == static_cast<std::uint16_t>(CloseCode::policy))
    core_.context.limit_hits.note("frames", user);
  note_closed(core_.context, "websocket", session, place_.address(), end);
}

}  // namespace coterie
