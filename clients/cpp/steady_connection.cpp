#include "clients/cpp/steady_connection.hpp"

#include <thread>

namespace coterie {
namespace {

namespace json = boost::json;

bool asks_for_patience(const json::object& answer) {
  const json::value* type = answer.if_contains("type");
  const json::value* retry = answer.if_contains("retry");
  return type && *type == "error" && retry && *retry == true;
}

std::string message_of(const json::object& answer) {
  const json::value* message = answer.if_contains("message");
  return message && message->is_string() ? std::string(message->get_string()) : "the server is busy";
}

std::optional<std::chrono::milliseconds> retry_after(const json::object& answer) {
  const json::value* after = answer.if_contains("retryAfterMs");
  if (!after || !after->is_int64()) return {};
  return std::chrono::milliseconds{after->get_int64()};
}

}  // namespace

ClientResult<void> SteadyConnection::open() {
  auto connected = Connection::connect(options_);
  if (!connected) return connected.error();
  connection_.emplace(std::move(*connected));
  return {};
}

void SteadyConnection::wait(std::chrono::milliseconds delay, const std::string& why) {
  if (waiting) waiting(why);
  std::this_thread::sleep_for(delay);
}

ClientResult<json::object> SteadyConnection::ask(const json::object& request) {
  for (int tries = 1;; ++tries) {
    ClientError why;
    if (!connection_) {
      const ClientResult<void> opened = open();
      if (!opened) why = opened.error();
    }
    if (connection_) {
      auto answer = connection_->request(request);
      if (answer) {
        if (!asks_for_patience(*answer) || tries == kTries) {
          backoff_.reset();
          return answer;
        }
        const auto after = retry_after(*answer);
        wait(after ? backoff_.within(*after, *after * 2) : backoff_.next(), message_of(*answer));
        continue;
      }
      why = answer.error();
      connection_.reset();
    }
    const bool hopeless = why.kind == ClientError::Kind::refused || why.kind == ClientError::Kind::nonsense ||
                          why.kind == ClientError::Kind::bad_url;
    if (hopeless || tries == kTries) return why;
    // The first repeat goes at once: most often the server only closed a connection that had been idle.
    if (tries > 1 || why.kind == ClientError::Kind::unreachable) wait(backoff_.next(), why.message);
  }
}

void SteadyConnection::close() {
  if (connection_) connection_->close();
  connection_.reset();
}

}  // namespace coterie
