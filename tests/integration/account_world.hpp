// A whole server with accounts in this process, asked over HTTP by whoever has signed in.
#pragma once

#include <doctest/doctest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>

#include "clients/cpp/connection.hpp"
#include "server/application.hpp"
#include "tests/support/schema_check.hpp"
#include "tests/support/temporary_directory.hpp"

namespace coterie::test {

namespace json = boost::json;
namespace http = boost::beast::http;

struct Reply {
  unsigned status = 0;
  json::object body;  // empty where there is none
  std::string content_type;
  std::string text;  // the body as it came
  std::string etag;
  std::string retry_after;
  std::string word(std::string_view name) const {
    const json::value* value = body.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  }
};

class AccountWorld {
 public:
  explicit AccountWorld(ApplicationOptions options = {}) {
    start(std::move(options));
    const Reply first = post("/api/v1/auth/first-administrator", "",
                             {{"token", application_->first_administrator()},
                              {"username", "root"},
                              {"password", "root's own words"}});
    REQUIRE(first.status == 201);
    root_ = first.word("access_token");
  }

  // Stopped, and started anew on the same data; tokens are good on.
  void start(ApplicationOptions options) {
    application_.reset();
    application_.emplace(with_folder(std::move(options)));
    const Result<void> started = application_->start();
    REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error().message));
    const Reply document = send(http::verb::get, "/openapi.json", "", nullptr, "");
    REQUIRE(document.status == 200);
    api_.emplace(document.body);
  }

  // Every reply is held to the document that the server itself gives out.
  Reply ask(http::verb method, const std::string& target, const std::string& token, const json::object* body,
            const std::string& if_match = {}) const {
    Reply reply = send(method, target, token, body, if_match);
    const std::string fault =
        api_->fault({std::string(http::to_string(method)), target.substr(0, target.find('?')),
                     "application/json", body ? json::serialize(*body) : std::string(),
                     static_cast<int>(reply.status), reply.content_type, reply.text, !reply.etag.empty()});
    CHECK_MESSAGE(fault.empty(), target, ": ", fault);
    return reply;
  }
  Reply get(const std::string& target, const std::string& token) const {
    return ask(http::verb::get, target, token, nullptr);
  }
  Reply post(const std::string& target, const std::string& token, const json::object& body) const {
    return ask(http::verb::post, target, token, &body);
  }
  Reply patch(const std::string& target, const std::string& token, const json::object& body,
              const std::string& if_match) const {
    return ask(http::verb::patch, target, token, &body, if_match);
  }
  Reply put(const std::string& target, const std::string& token, const json::object& body,
            const std::string& if_match) const {
    return ask(http::verb::put, target, token, &body, if_match);
  }
  Reply drop(const std::string& target, const std::string& token) const {
    return ask(http::verb::delete_, target, token, nullptr);
  }

  const std::string& root() const { return root_; }  // an administrator's access token
  std::string add(const std::string& name, const json::array& roles = {}) const {
    const Reply added = post("/api/v1/admin/users", root_,
                             {{"username", name}, {"password", name + "'s own words"}, {"roles", roles}});
    REQUIRE(added.status == 201);
    return sign_in(name).word("access_token");
  }
  Reply sign_in(const std::string& name) const {
    const Reply reply =
        post("/api/v1/auth/login", "", {{"username", name}, {"password", name + "'s own words"}});
    REQUIRE(reply.status == 200);
    return reply;
  }
  ClientResult<Connection> try_connect(const std::string& token) const {
    ConnectOptions options;
    options.url = *ServerUrl::parse("http://127.0.0.1:" + std::to_string(application_->port()));
    options.token = token;
    return Connection::connect(options);
  }
  Connection connect(const std::string& token) const {
    ClientResult<Connection> connection = try_connect(token);
    REQUIRE(connection.has_value());
    return std::move(*connection);
  }
  std::filesystem::path data() const { return folder_.path() / "data"; }
  Application& application() { return *application_; }

 private:
  Reply send(http::verb method, const std::string& target, const std::string& token, const json::object* body,
             const std::string& if_match) const {
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket socket(io);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), application_->port()});
    http::request<http::string_body> request(method, target, 11);
    request.set(http::field::host, "127.0.0.1:" + std::to_string(application_->port()));
    request.set(http::field::user_agent, "a test");
    if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
    if (!if_match.empty()) request.set(http::field::if_match, if_match);
    if (body != nullptr) {
      request.set(http::field::content_type, "application/json");
      request.body() = json::serialize(*body);
    }
    request.prepare_payload();
    http::write(socket, request);
    boost::beast::flat_buffer buffer;
    http::response<http::string_body> response;
    http::read(socket, buffer, response);
    Reply reply;
    reply.status = response.result_int();
    reply.etag = std::string(response[http::field::etag]);
    reply.retry_after = std::string(response[http::field::retry_after]);
    reply.content_type = std::string(response[http::field::content_type]);
    reply.text = response.body();
    if (reply.content_type.find("json") != std::string::npos) {
      reply.body = json::parse(reply.text).as_object();
    }
    return reply;
  }

  ApplicationOptions with_folder(ApplicationOptions options) const {
    options.data = data();
    options.port = 0;
    options.log_level = LogLevel::off;
    return options;
  }
  testing::TemporaryDirectory folder_;
  std::optional<Application> application_;
  std::optional<testing::ApiCheck> api_;
  std::string root_;
};

// Why the server closed the connection; reads on until it does. 0: it did not within three seconds.
inline unsigned closed_with(Connection& connection) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  while (std::chrono::steady_clock::now() < until) {
    const ClientResult<Messages> pushes = connection.next_pushes(std::chrono::milliseconds(100));
    if (!pushes) return pushes.error().close_code.value_or(1);
  }
  return 0;
}

}  // namespace coterie::test
