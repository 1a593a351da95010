#include "server/net/sse_session.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "server/net/connection_note.hpp"
#include "server/ops/limit_hits.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/subscription_service.hpp"

namespace coterie {

SseSession::SseSession(NetCore& core, ConnectionPlace place, PeerSocket socket)
    : core_(core),
      place_(std::move(place)),
      stream_(std::move(socket), core.state, *this),
      last_ping_(core.state.now) {}

Awaitable<void> SseSession::run(std::shared_ptr<SseSession> self, std::string head, OpenedSession opened,
                                SignedHello hello) {
  ServerContext& context = self->core_.context;
  self->core_.connections.enter(*self);
  note_opened(context, "sse", self->place_.address());
  try {
    self->begin(std::move(head), opened, std::move(hello));
    co_await self->stream_.watch();
  } catch (const std::exception& failure) {
    // A defect of ours ends this session alone. Law 7.
    context.log.error("session_failed", {{"session", self->id()}, {"reason", failure.what()}});
    self->stream_.close(CloseCode::overloaded, "internal error");
  }
  self->leave();
  self->cut();
}

void SseSession::begin(std::string head, const OpenedSession& opened, SignedHello hello) {
  live_.emplace(core_, stream_, opened, hello,
                ConnectionOrigin{"sse", place_.address(), hello.user_agent, core_.context.wall()});
  stream_.begin(std::move(head));
  stream_.tell_place_of(&live_->subscriber(), core_.context.subscriptions.epoch().value());
  live_->welcome(opened, std::move(hello));
}

// A ping where nothing was said for a heartbeat. Ended where what waits for the client makes no progress for
// twice as long, or nothing of it is acknowledged.
SteadyTime SseSession::sweep(SteadyTime now) {
  const NetLimits& limits = core_.context.net;
  if (cut_at_) {
    if (now >= *cut_at_) cut();
    return *cut_at_;
  }
  if (!live_) return now + limits.close_time;
  const bool waits = stream_.queued_bytes() != 0;
  const bool stuck = waits && now >= stream_.last_progress() + limits.silence;
  if (stuck || stream_.is_lost(limits.silence)) {
    core_.context.limit_hits.note("silence", live_->user());
    stream_.close(CloseCode::no_progress, std::string(to_text(CloseCode::no_progress)));
    return now + limits.close_time;
  }
  SteadyTime ping_at = std::max(last_ping_, stream_.last_push()) + limits.heartbeat;
  if (now >= ping_at) {
    live_->subscriber().ping();
    last_ping_ = now;
    ping_at = now + limits.heartbeat;
  }
  const SteadyTime next = std::min(ping_at, live_->sweep_token(now));
  return waits ? std::min(next, stream_.last_progress() + limits.silence) : next;
}

void SseSession::say_goodbye(const Goodbye& goodbye) {
  if (live_) live_->subscriber().flush();
  stream_.close(goodbye);
}

void SseSession::cut() { stream_.cut(); }

void SseSession::drained() {
  if (live_) live_->subscriber().drained();
}

void SseSession::closing() {
  if (!cut_at_) cut_at_ = core_.state.now + core_.context.net.close_time;
  core_.connections.due(*this, *cut_at_);
}

std::string SseSession::id() const { return live_ ? live_->id().value() : std::string(); }

void SseSession::leave() {
  const ConnectionEnd& end = stream_.end();
  const std::string session = id();
  stream_.tell_place_of(nullptr, {});
  live_.reset();
  note_closed(core_.context, "sse", session, place_.address(), end);
}

}  // namespace coterie
