#include "clients/cpp/connection.hpp"

#include <algorithm>

#include "protocol/json.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

// The server is trusted to keep its own limits; these only keep a broken one from filling the memory.
constexpr JsonLimits kServerLimits{64 * 1024 * 1024, 64, 10'000'000};

ClientError nonsense(std::string what) {
  return {ClientError::Kind::nonsense,
          "the server said something that is not the protocol: " + std::move(what) + "."};
}

ClientError no_answer(std::chrono::milliseconds timeout) {
  return {ClientError::Kind::timeout,
          "no answer within " + std::to_string(timeout.count() / 1000) +
              " s. What was asked may or may not have been done; asking again with the same id is safe."};
}

std::string_view text_of(const json::object& object, std::string_view member) {
  const json::value* value = object.if_contains(member);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

std::optional<std::uint64_t> number_of(const json::object& object, std::string_view member) {
  const json::value* value = object.if_contains(member);
  if (!value || !value->is_int64() || value->get_int64() < 0) return {};
  return static_cast<std::uint64_t>(value->get_int64());
}

ClientResult<Messages> split_frame(std::string_view text) {
  Messages messages;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    auto value = parse_json(line, kServerLimits);
    if (!value) return nonsense(value.error().message);
    if (!value->is_object()) return nonsense("a message that is no object");
    messages.push_back(std::move(value->get_object()));
  }
  return messages;
}

void take_retry(ClientError& error, const json::object& message) {
  if (const auto after = number_of(message, "retryAfterMs")) {
    error.retry_least = std::chrono::milliseconds{*after};
    error.retry_most = std::chrono::milliseconds{*after * 2};
  }
  const json::value* both = message.if_contains("retryMs");
  if (!both || !both->is_array() || both->get_array().size() != 2) return;
  const json::array& range = both->get_array();
  if (!range[0].is_int64() || !range[1].is_int64()) return;
  error.retry_least = std::chrono::milliseconds{range[0].get_int64()};
  error.retry_most = std::chrono::milliseconds{range[1].get_int64()};
}

}  // namespace

ClientResult<Connection> Connection::connect(const ConnectOptions& options, const Resumption& resumption) {
  auto socket = ClientSocket::open(options.url, options.timeout);
  if (!socket) return socket.error();
  Connection connection(options, std::move(*socket));
  const ClientResult<void> greeted = connection.say_hello(resumption);
  if (!greeted) return greeted.error();
  return connection;
}

ClientResult<void> Connection::say_hello(const Resumption& resumption) {
  json::object hello{{"type", "hello"}, {"token", options_.token}, {"clientId", options_.client_id}};
  if (!resumption.resume.empty()) hello["resume"] = resumption.resume;
  if (!resumption.position.is_null()) hello["position"] = resumption.position;
  if (!resumption.subscriptions.empty()) hello["subscriptions"] = resumption.subscriptions;
  auto answer = request(std::move(hello), options_.timeout);
  if (!answer) return answer.error();
  const std::string_view type = text_of(*answer, "type");
  if (type == "error") {
    ClientError refused{ClientError::Kind::refused, std::string(text_of(*answer, "message"))};
    refused.message = options_.url.text() + " did not let us in: " + refused.message;
    take_retry(refused, *answer);
    const json::value* later = answer->if_contains("retry");
    if (later && *later == true) refused.kind = ClientError::Kind::unreachable;
    return refused;
  }
  if (type != "welcome") return nonsense("\"" + std::string(type) + "\" in answer to a hello");
  welcome_ = std::move(*answer);
  if (const json::value* position = welcome_.if_contains("position")) position_ = *position;
  return {};
}

ClientResult<std::uint64_t> Connection::send(json::object message) {
  const std::uint64_t id = ++last_id_;
  message["id"] = id;
  const ClientResult<void> written = socket_.write(to_json_text(message));
  if (!written) {
    ClientError error = written.error();
    if (goodbye_.is_object()) take_retry(error, goodbye_.get_object());
    return error;
  }
  under_way_.insert(id);
  return id;
}

ClientResult<json::object> Connection::answer(std::uint64_t id, std::chrono::milliseconds timeout) {
  const Clock::time_point until = Clock::now() + timeout;
  for (;;) {
    if (const auto found = answers_.find(id); found != answers_.end()) {
      json::object message = std::move(found->second);
      answers_.erase(found);
      return message;
    }
    const ClientResult<bool> came = read_frame(until);
    if (!came) return came.error();
    if (!*came) {
      under_way_.erase(id);  // should it come after all, nobody waits for it
      return no_answer(timeout);
    }
  }
}

ClientResult<json::object> Connection::request(json::object message, std::chrono::milliseconds timeout) {
  const ClientResult<std::uint64_t> id = send(std::move(message));
  if (!id) return id.error();
  return answer(*id, timeout);
}

ClientResult<Messages> Connection::next_pushes(std::chrono::milliseconds timeout) {
  const Clock::time_point until = Clock::now() + timeout;
  for (;;) {
    while (!frames_.empty()) {
      Messages messages = std::move(frames_.front());
      frames_.pop_front();
      for (const json::object& message : messages) move_position(message);
      std::erase_if(messages, [](const json::object& message) { return text_of(message, "type") == "ping"; });
      if (!messages.empty()) return messages;
    }
    const ClientResult<bool> came = read_frame(until);
    if (!came) return came.error();
    if (!*came && frames_.empty()) return Messages{};
  }
}

ClientResult<bool> Connection::read_frame(Clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
  auto text = socket_.read(std::max(left, std::chrono::milliseconds{0}));
  if (!text) {
    ClientError error = text.error();
    if (goodbye_.is_object()) take_retry(error, goodbye_.get_object());
    return error;
  }
  if (!*text) return false;
  auto messages = split_frame(**text);
  if (!messages) return messages.error();
  const ClientResult<void> taken = take(std::move(*messages));
  if (!taken) return taken.error();
  return true;
}

namespace {

// What moves the position without being shown: kept in the frame's place, dropped when the frame is handed
// out.
json::object only_moves(const json::object& answer) {
  json::object mark{{"type", "ping"}};
  for (const char* member : {"position", "seq"}) {
    if (const json::value* value = answer.if_contains(member)) mark[member] = *value;
  }
  return mark;
}

}  // namespace

// `subscribed` and `pong` answer a request and move the position as well.
ClientResult<void> Connection::take(Messages messages) {
  Messages pushes;
  bool pinged = false;
  for (json::object& message : messages) {
    const std::string type(text_of(message, "type"));
    if (const auto id = number_of(message, "id")) {
      if (type == "subscribed" || type == "pong") pushes.push_back(only_moves(message));
      if (under_way_.erase(*id) > 0) answers_.insert_or_assign(*id, std::move(message));
      continue;
    }
    if (type == "ping") pinged = true;
    if (type == "goodbye") goodbye_ = message;
    // A request that could not be read is refused without its id; with one under way there is no doubt which.
    if (type == "error" && under_way_.size() == 1) {
      answers_.insert_or_assign(*under_way_.begin(), std::move(message));
      under_way_.clear();
      continue;
    }
    pushes.push_back(std::move(message));
  }
  if (!pushes.empty()) frames_.push_back(std::move(pushes));
  if (pinged) return socket_.write(R"({"type":"pong"})");
  return {};
}

void Connection::move_position(const json::object& message) {
  static constexpr std::string_view kMoving[] = {"event", "enter", "gone", "snapshot", "ping"};
  if (std::ranges::find(kMoving, text_of(message, "type")) == std::end(kMoving)) return;
  const json::value* whole = message.if_contains("position");
  const auto seq =
      whole && whole->is_object() ? number_of(whole->get_object(), "seq") : number_of(message, "seq");
  if (!seq || !position_.is_object()) return;
  if (whole && whole->is_object()) {
    // A snapshot after a change of history comes with the new epoch; its numbers begin anew.
    const bool other = text_of(whole->get_object(), "epoch") != text_of(position_.get_object(), "epoch");
    if (other || number_of(position_.get_object(), "seq").value_or(0) <= *seq) position_ = *whole;
  } else if (number_of(position_.get_object(), "seq").value_or(0) < *seq) {
    position_.get_object()["seq"] = *seq;
  }
}

void Connection::close() { socket_.close(); }

}  // namespace coterie
