// Somebody who uses a running server, for the acceptance tests: signs in, asks, edits, listens. An answer
// that does not come, or a line that breaks, fails the test. Thread: one.
#pragma once

#include <doctest/doctest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/connection.hpp"
#include "tests/support/server_process.hpp"

namespace coterie::test {

namespace json = boost::json;

inline constexpr std::chrono::milliseconds kPatience{60'000};

class Person {
 public:
  Person(const ServerProcess& server, const std::string& name, const Resumption& resumption = {})
      : Person(server.url(), name, resumption) {}
  Person(const std::string& url, const std::string& name, const Resumption& resumption = {})
      : name_(name), connection_(connect(url, name, resumption)) {}

  const json::object& welcome() const { return connection_.welcome(); }
  const json::value& position() const { return connection_.position(); }
  std::string secret() const { return std::string(welcome().at("resume").as_string()); }

  json::object ask(json::object request) { return answer(send(std::move(request))); }
  std::uint64_t send(json::object request) {
    auto id = connection_.send(std::move(request));
    REQUIRE_MESSAGE(id.has_value(), "a request could not be sent");
    return *id;
  }
  json::object answer(std::uint64_t id) {
    auto answer = connection_.answer(id, kPatience);
    REQUIRE_MESSAGE(answer.has_value(), "no answer: " << (answer ? "" : answer.error().message));
    return *std::move(answer);
  }

  json::object join(std::uint64_t subscription, const char* type, const char* id = nullptr) {
    json::object request{{"type", "subscribe"}, {"subscription", subscription}, {"entityType", type}};
    if (id != nullptr) request["entityId"] = id;
    json::object joined = ask(std::move(request));
    REQUIRE(joined.at("type") == "subscribed");
    return joined;
  }

  json::object mutation(json::array ops) {
    return {
        {"type", "mutate"}, {"mutationId", name_ + "-" + std::to_string(++edits_)}, {"ops", std::move(ops)}};
  }
  json::object edit(json::object op) { return ask(mutation({std::move(op)})); }
  json::object create(const char* type, const char* id, json::object data) {
    json::object answer =
        edit({{"op", "create"}, {"entityType", type}, {"entityId", id}, {"data", std::move(data)}});
    REQUIRE_MESSAGE(answer.at("type") == "committed", json::serialize(answer));
    return answer;
  }
  json::object get(const char* type, const char* id) {
    return ask({{"type", "get"}, {"entityType", type}, {"entityId", id}});
  }

  // The next push; nothing else may come before it.
  Messages pushes(std::chrono::milliseconds timeout = kPatience) {
    auto pushes = connection_.next_pushes(timeout);
    REQUIRE_MESSAGE(pushes.has_value(), "the line broke: " << (pushes ? "" : pushes.error().message));
    return *std::move(pushes);
  }
  Messages pushes_until(std::size_t count) {
    Messages all;
    while (all.size() < count) {
      Messages some = pushes();
      REQUIRE_MESSAGE(!some.empty(), "only " << all.size() << " of " << count << " pushes came");
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }
  // Nothing is on its way: an answer of the same stream comes before any push.
  bool nothing_more() {
    ask({{"type", "ping"}});
    return pushes(std::chrono::milliseconds{0}).empty();
  }
  void close() { connection_.close(); }

 private:
  static Connection connect(const std::string& url, const std::string& name, const Resumption& resumption) {
    ConnectOptions options;
    options.url = *ServerUrl::parse(url);
    options.token = "dev:" + name;
    options.client_id = name;
    auto connection = Connection::connect(options, resumption);
    REQUIRE_MESSAGE(connection.has_value(),
                    "no connection: " << (connection ? "" : connection.error().message));
    return *std::move(connection);
  }

  std::string name_;
  Connection connection_;
  std::uint64_t edits_ = 0;
};

inline std::uint64_t seq_of(const json::object& message) {
  return message.at("seq").to_number<std::uint64_t>();
}

inline json::object without_id(json::object answer) {
  answer.erase("id");
  return answer;
}

}  // namespace coterie::test
