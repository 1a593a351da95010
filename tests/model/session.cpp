#include "tests/model/session.hpp"

#include <fmt/format.h>

#include <utility>

#include "protocol/decode.hpp"
#include "protocol/encode.hpp"
#include "tests/model/breach.hpp"
#include "tests/model/server.hpp"

namespace coterie::model {

Session::Session(Server& server, std::shared_ptr<Line> line) : server_(server), line_(std::move(line)) {}

Session::~Session() {
  if (subscriber_) {
    server_.requesters().remove(*subscriber_);
    server_.registry().detach(id_, *subscriber_, false, server_.lasting().steady);
  }
  line_->snap();
}

bool Session::reads() const {
  return line_->has_request() && !line_->ending() && line_->queued_bytes() <= server_.shape().outbox_bytes;
}

void Session::take_request() {
  const std::optional<std::string> text = line_->next_request();
  if (!text) return;
  const WireLimits& limits = server_.shape().wire;
  DecodeResult decoded = decode(*text, limits, limits.message_bytes);
  if (!decoded) {
    refuse(decoded.error().id, decoded.error().error);
    return;
  }
  ClientMessage message = std::move(*decoded);
  if (Hello* said = std::get_if<Hello>(&message.body); said && !subscriber_) {
    hello(message.id, std::move(*said));
    return;
  }
  require(subscriber_.has_value(), "the model's client spoke before its hello");
  if (const Mutate* mutate = std::get_if<Mutate>(&message.body)) {
    if (!subscriber_->in_flight().contains(message.id)) {
      server_.submitted(number(), message.id, subscriber_->author(), mutate->mutation);
    }
  }
  server_.dispatcher().handle(*subscriber_, std::move(message));
}

void Session::hello(RequestId id, Hello hello) {
  const UserName user{UserId{hello.token.substr(hello.token.find(':') + 1)}, "A user"};
  Result<OpenedSession> opened = server_.registry().open(user.id, hello.resume, server_.lasting().steady);
  if (!opened) {
    refuse(id, opened.error());
    return;
  }
  id_ = opened->id;
  subscriber_.emplace(Author{user.id, id_, hello.client_id}, *line_, server_.hub(),
                      server_.shape().outbox_bytes, server_.shape().wire.in_flight);
  server_.requesters().add(*subscriber_);
  server_.registry().attach(id_, *subscriber_);
  server_.subscriptions().welcome(*subscriber_, id, std::move(hello), *opened, user, std::nullopt);
}

void Session::refuse(std::optional<RequestId> id, const Error& error) {
  if (subscriber_) {
    subscriber_->refuse(id, error);
    return;
  }
  FrameBuilder builder;
  builder.add(id ? encode(*id, error) : encode(error));
  line_->send(builder.finish());
}

bool Session::tell_drained() {
  if (!line_->take_drained()) return false;
  if (subscriber_) subscriber_->drained();
  return true;
}

void Session::sweep() {
  if (subscriber_ && !line_->ending()) subscriber_->sweep(server_.lasting().steady);
}

void Session::ping() {
  if (subscriber_ && !line_->ending()) subscriber_->ping();
}

std::string Session::state() const {
  if (!subscriber_) return "no hello yet";
  const Subscriber& it = *subscriber_;
  return fmt::format("{} position={} queued={} inFlight={} ending={} broken={}",
                     it.live() ? "live" : "behind", it.position().value(), line_->queued_bytes(),
                     const_cast<Session*>(this)->subscriber_->in_flight().size(), line_->ending(),
                     line_->broken());
}

}  // namespace coterie::model
