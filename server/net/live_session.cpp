#include "server/net/live_session.hpp"

#include <utility>

#include "protocol/encode.hpp"
#include "server/net/live_sessions.hpp"
#include "server/ops/limit_hits.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/subscription_service.hpp"

namespace coterie {
namespace {

Author author_of(const OpenedSession& opened, const SignedHello& hello, const ConnectionOrigin& origin) {
  const Identity& identity = hello.identity;
  return {identity.user.id,       opened.id,        hello.hello.client_id,
          identity.user.name,     identity.roles,   identity.user.colour,
          identity.user.initials, identity.sign_in, origin.address};
}

}  // namespace

Result<OpenedSession> LiveSession::open(NetCore& core, const SignedHello& hello) {
  const UserId& user = hello.identity.user.id;
  if (!core.quotas.enter(user)) {
    core.context.limit_hits.note("connections_per_user", user);
    return refusal_for_now(ErrorCode::limit, "too many connections of this user",
                           std::chrono::milliseconds(5000));
  }
  Result<OpenedSession> opened = core.context.sessions.open(user, hello.hello.resume, core.state.now);
  if (!opened) core.quotas.leave(user);
  return opened;
}

LiveSession::LiveSession(NetCore& core, FrameSink& sink, const OpenedSession& opened,
                         const SignedHello& hello, ConnectionOrigin origin)
    : core_(core),
      subscriber_(author_of(opened, hello, origin), sink, core.context.hub, core.context.net.outbox_bytes,
                  core.context.wire.in_flight),
      origin_(std::move(origin)),
      token_(core.context.net.token_grace) {
  token_.begin(hello.identity.expires_in, core.state.now);
  core_.context.live.add(*this);
  core_.context.requesters.add(subscriber_);
  core_.context.sessions.attach(id(), subscriber_);
  core_.context.log.info("session_opened", {{"session", id().value()},
                                            {"user", user().value()},
                                            {"peer", origin_.address},
                                            {"resumed", opened.resumed}});
}

void LiveSession::welcome(const OpenedSession& opened, SignedHello hello) {
  core_.context.subscriptions.welcome(subscriber_, hello.id, std::move(hello.hello), opened,
                                      hello.identity.user, hello.identity.expires_in);
}

SteadyTime LiveSession::sweep_token(SteadyTime now) {
  switch (token_.look(now)) {
    case TokenClock::Due::warning:
      subscriber_.push(encode(AuthExpiring{token_.left(now)}));
      subscriber_.flush();
      break;
    case TokenClock::Due::end:
      subscriber_.sink().close(CloseCode::token_expired, std::string(to_text(CloseCode::token_expired)));
      return now + core_.context.net.close_time;
    case TokenClock::Due::nothing:
      break;
  }
  return token_.next();
}

void LiveSession::take_token(const Identity& identity, SteadyTime now) {
  token_.begin(identity.expires_in, now);
  core_.context.sessions.update(user(), [&](Author& author) {
    if (author.session == id()) author.sign_in = identity.sign_in;
  });
}

LiveSession::~LiveSession() {
  core_.context.live.remove(*this);
  core_.context.requesters.remove(subscriber_);
  core_.context.sessions.detach(id(), subscriber_, clean_, core_.state.now);
  core_.quotas.leave(user());
}

}  // namespace coterie
