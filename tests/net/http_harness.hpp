// The routes without a socket: a request goes in as text, its answer comes out as a value.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "protocol/json.hpp"
#include "protocol/request_types.hpp"
#include "server/auth/authenticator.hpp"
#include "server/net/cross_origin.hpp"
#include "server/net/documents/openapi.hpp"
#include "server/net/routes.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"
#include "server/sync/refusal.hpp"
#include "server/sync/session_registry.hpp"
#include "tests/support/memory_services.hpp"
#include "tests/support/schema_check.hpp"

namespace coterie {

struct HttpHarness {
  using Headers = std::vector<HttpHeader>;

  explicit HttpHarness(HttpRequests::Dispatch instead = nullptr)
      : requests(
            instead ? std::move(instead)
                    : [this](Requester& r, ClientMessage m) { services.handle(r, std::move(m)); },
            requesters, [this](std::function<void()> task) { posted.push_back(std::move(task)); }, metrics,
            [this] { return now; }, std::chrono::seconds(10)) {
    add_entity_read_routes(router, api);
    add_entity_write_routes(router, api);
    add_inbox_routes(router, api);
    add_history_routes(router, api);
    add_reader_routes(router, api);
    add_request_route(router, api);
    add_event_routes(router, events);
    add_status_routes(router, status);
    add_document_routes(router);
  }

  // What /openapi.json says of these routes; every answer of every test is held to it.
  const testing::ApiCheck& api_check() const {
    static const testing::ApiCheck check(openapi_document(router.routes()));
    return check;
  }

  // Signed in as ann, JSON, unless the headers say otherwise. Absent: not answered yet.
  std::optional<HttpResponse> try_ask(std::string method, std::string target, Headers headers = {},
                                      std::string body = {}) {
    HttpRequest request;
    request.method = std::move(method);
    const std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.headers = std::move(headers);
    if (!request.header("Authorization")) request.headers.push_back({"Authorization", "Bearer dev:ann"});
    if (!body.empty() && !request.header("Content-Type")) {
      request.headers.push_back({"Content-Type", "application/json"});
    }
    request.body = std::move(body);
    request.peer = peer;
    const HttpRequest asked = request;
    auto answers = std::make_shared<std::vector<HttpResponse>>();
    last = answers;
    router.handle(std::move(request),
                  [answers](HttpResponse response) { answers->push_back(std::move(response)); });
    run_posted();
    REQUIRE(answers->size() <= 1);
    if (answers->empty()) return std::nullopt;
    hold_to_document(asked, answers->front());
    return answers->front();
  }

  void hold_to_document(const HttpRequest& asked, const HttpResponse& response) const {
    if (is_preflight(asked.method, asked.headers)) return;  // of no route, and in no document
    const std::string* type = asked.header("Content-Type");
    const std::string fault = api_check().fault({asked.method, asked.path, type ? *type : std::string(),
                                                 asked.body, response.status, response.content_type,
                                                 response.body, !header(response, "ETag").empty()});
    CHECK_MESSAGE(fault.empty(), asked.method, " ", asked.path, ": ", fault);
    if (asked.path == "/api/v1/requests" && response.content_type == "application/json") {
      hold_to_request_types(asked.body, json(response));
    }
  }

  // A request is answered by what the decoder's table says, or by an error.
  static void hold_to_request_types(const std::string& request, const boost::json::object& answer) {
    const auto asked = parse_json(request, {1 << 20, 64, 100'000});
    const std::string given(answer.at("type").as_string());
    if (!asked || given == "error") return;
    for (const RequestType& type : request_types()) {
      if (asked->at("type") != boost::json::value(type.type)) continue;
      const bool known = std::find(type.answers.begin(), type.answers.end(), given) != type.answers.end();
      CHECK_MESSAGE(known, std::string(type.type), " is answered by ", given);
    }
  }

  HttpResponse ask(std::string method, std::string target, Headers headers = {}, std::string body = {}) {
    auto response = try_ask(std::move(method), std::move(target), std::move(headers), std::move(body));
    REQUIRE(response.has_value());
    return *response;
  }

  void run_posted() {
    while (!posted.empty()) {
      auto task = std::move(posted.front());
      posted.pop_front();
      task();
    }
  }

  Result<void> pass_on(const Author& author, const ClientMessage& message) {
    if (author.session.value().empty()) return refusal(ErrorCode::bad_request, "no session");
    passed_on.push_back(message.id);
    return {};
  }

  static boost::json::object json(const HttpResponse& response) {
    auto value = parse_json(response.body, {1 << 20, 64, 100'000});
    REQUIRE(value.has_value());
    return value->as_object();
  }
  static std::string header(const HttpResponse& response, std::string_view name) {
    for (const HttpHeader& header : response.headers) {
      if (header.name == name) return header.value;
    }
    return {};
  }

  MemoryServices services;
  DevAuthenticator authenticator;
  SessionRegistry sessions{std::chrono::seconds(15), [this] { return "secret-" + std::to_string(++made); }};
  Metrics metrics;
  Log log{LogLevel::off, LogFormat::logfmt};
  RequesterTable requesters;
  std::deque<std::function<void()>> posted;
  std::chrono::steady_clock::time_point now{};
  HttpRequests requests;
  std::vector<RequestId> passed_on;
  ApiParts api{
      requests, WireLimits{}, [this] { return MutationId{"made-" + std::to_string(++made)}; },
      [this](const Author& author, const ClientMessage& message) { return pass_on(author, message); }};
  EventParts events{authenticator, sessions, metrics, WireLimits{}};
  std::string not_ready;
  StatusParts status{metrics, [this] { return not_ready; }};
  Router router{authenticator, sessions, metrics, log};
  std::string peer = "127.0.0.1";
  std::shared_ptr<std::vector<HttpResponse>> last;  // the answers to the last request
  int made = 0;
};

}  // namespace coterie
