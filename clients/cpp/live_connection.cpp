#include "clients/cpp/live_connection.hpp"

#include <thread>

namespace coterie {
namespace {

constexpr std::uint16_t kReplaced = 4103;

// The range of a close code says what to do next.
bool told_to_stop(const ClientError& error) {
  if (error.kind == ClientError::Kind::bad_url || error.kind == ClientError::Kind::nonsense) return true;
  if (error.close_code) return *error.close_code >= 4000 && *error.close_code <= 4099;
  return error.kind == ClientError::Kind::refused && !error.retry_least;
}

}  // namespace

LiveConnection::LiveConnection(ConnectOptions options, boost::json::array subscriptions, Observer observer,
                               std::uint64_t seed)
    : options_(std::move(options)),
      subscriptions_(std::move(subscriptions)),
      observer_(std::move(observer)),
      backoff_(seed) {}

ClientResult<void> LiveConnection::start() { return connect(); }

ClientResult<void> LiveConnection::connect() {
  auto connected = Connection::connect(options_, {subscriptions_, position_, resume_});
  if (!connected) return connected.error();
  connection_.emplace(std::move(*connected));
  const auto* resume = connection_->welcome().if_contains("resume");
  resume_ = resume && resume->is_string() ? std::string(resume->get_string()) : std::string();
  position_ = connection_->position();
  observer_.welcomed(connection_->welcome());
  return {};
}

ClientResult<Messages> LiveConnection::next(std::chrono::milliseconds timeout) {
  if (!connection_) {
    return ClientError{ClientError::Kind::lost, "there is no connection."};
  }
  auto messages = connection_->next_pushes(timeout);
  if (messages) {
    position_ = connection_->position();
    if (!messages->empty()) backoff_.reset();
    return messages;
  }
  const ClientResult<void> back = come_back(messages.error());
  if (!back) return back.error();
  return Messages{};
}

ClientResult<void> LiveConnection::come_back(ClientError why) {
  connection_.reset();
  for (;;) {
    if (told_to_stop(why)) return why;
    if (why.close_code == kReplaced) resume_.clear();
    const std::chrono::milliseconds delay = delay_after(why);
    observer_.waiting("reconnecting in " + std::to_string((delay.count() + 999) / 1000) +
                      " s: " + why.message);
    if (!wait(delay)) return {};
    const ClientResult<void> connected = connect();
    if (connected) return {};
    why = connected.error();
  }
}

std::chrono::milliseconds LiveConnection::delay_after(const ClientError& why) {
  if (why.retry_least) return backoff_.within(*why.retry_least, why.retry_most.value_or(*why.retry_least));
  if (why.close_code && *why.close_code >= 4200 && *why.close_code <= 4299) {
    return backoff_.within(std::chrono::milliseconds{0}, std::chrono::milliseconds{1000});
  }
  return backoff_.next();
}

bool LiveConnection::wait(std::chrono::milliseconds delay) {
  constexpr std::chrono::milliseconds kGlance{100};
  for (auto left = delay; left.count() > 0; left -= kGlance) {
    if (observer_.stopped()) return false;
    std::this_thread::sleep_for(std::min(left, kGlance));
  }
  return !observer_.stopped();
}

void LiveConnection::close() {
  if (connection_) connection_->close();
}

}  // namespace coterie
