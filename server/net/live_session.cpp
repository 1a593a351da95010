#include "server/net/live_session.hpp"

#include <utility>

#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/subscription_service.hpp"

namespace coterie {
namespace {

Author author_of(const OpenedSession& opened, const SignedHello& hello) {
  return {hello.identity.user.id, opened.id, hello.hello.client_id, hello.identity.user.name,
          hello.identity.roles};
}

}  // namespace

Result<OpenedSession> LiveSession::open(NetCore& core, const SignedHello& hello) {
  const UserId& user = hello.identity.user.id;
  if (!core.quotas.enter(user)) {
    core.context.metrics.limit_hit("connections_per_user");
    return refusal_for_now(ErrorCode::limit, "too many connections of this user",
                           std::chrono::milliseconds(5000));
  }
  Result<OpenedSession> opened = core.context.sessions.open(user, hello.hello.resume, core.state.now);
  if (!opened) core.quotas.leave(user);
  return opened;
}

LiveSession::LiveSession(NetCore& core, FrameSink& sink, const OpenedSession& opened,
                         const SignedHello& hello, const std::string& peer)
    : core_(core),
      subscriber_(author_of(opened, hello), sink, core.context.hub, core.context.net.outbox_bytes,
                  core.context.wire.in_flight) {
  core_.context.requesters.add(subscriber_);
  core_.context.sessions.attach(id(), subscriber_);
  core_.context.log.info(
      "session_opened",
      {{"session", id().value()}, {"user", user().value()}, {"peer", peer}, {"resumed", opened.resumed}});
}

void LiveSession::welcome(const OpenedSession& opened, SignedHello hello) {
  core_.context.subscriptions.welcome(subscriber_, hello.id, std::move(hello.hello), opened,
                                      hello.identity.user, hello.identity.expires_in);
}

LiveSession::~LiveSession() {
  core_.context.requesters.remove(subscriber_);
  core_.context.sessions.detach(id(), subscriber_, clean_, core_.state.now);
  core_.quotas.leave(user());
}

}  // namespace coterie
