// Which requests find a route, and what the others are told.
#include "server/net/http_write.hpp"
#include "tests/net/http_harness.hpp"

using namespace coterie;
using Headers = HttpHarness::Headers;

TEST_CASE("Router: each path and method has its answer, before any record exists") {
  struct Row {
    const char* method;
    const char* target;
    Headers headers;
    const char* body;
    int status;
    const char* code;  // of the problem; empty: no problem
  };
  const std::string slashes = "/api/v1/entities/a/b/c/d";
  const Headers nobody{{"Authorization", ""}};
  const Row rows[] = {
      {"GET", "/", {}, "", 200, ""},
      {"HEAD", "/", {}, "", 200, ""},
      {"GET", "/healthz", nobody, "", 200, ""},
      {"GET", "/readyz", nobody, "", 200, ""},
      {"GET", "/metrics", nobody, "", 200, ""},
      {"POST", "/healthz", {}, "{}", 405, "bad_request"},
      {"GET", "/nothing", {}, "", 404, "not_found"},
      {"GET", "/healthz/", {}, "", 404, "not_found"},
      {"GET", "//", {}, "", 404, "not_found"},
      {"GET", "/.git/config", {}, "", 404, "not_found"},
      {"GET", "/.env", {}, "", 404, "not_found"},
      {"GET", "/../etc/passwd", {}, "", 404, "not_found"},
      {"GET", "/%2e%2e/etc/passwd", {}, "", 404, "not_found"},
      {"GET", "/.%2e/etc/passwd", {}, "", 404, "not_found"},
      {"GET", "/%252e%252e/etc/passwd", {}, "", 404, "not_found"},
      {"GET", "/..%2fetc%2fpasswd", {}, "", 404, "not_found"},
      {"GET", "/..%5c..%5cwindows", {}, "", 404, "not_found"},
      {"GET", "/....//etc/passwd", {}, "", 404, "not_found"},
      {"GET", "/..;/healthz", {}, "", 404, "not_found"},
      {"GET", "/./healthz", {}, "", 404, "not_found"},
      {"GET", "//healthz", {}, "", 404, "not_found"},
      {"GET", "/healthz%00", {}, "", 404, "not_found"},
      {"GET", "/healthz%00.html", {}, "", 404, "not_found"},
      {"GET", "/%c0%ae%c0%ae/etc/passwd", {}, "", 404, "not_found"},
      {"GET", "/api/v1/../../etc/passwd", {}, "", 404, "not_found"},
      {"GET", "/%2egit/HEAD", {}, "", 404, "not_found"},
      {"GET", "/%2Eenv", {}, "", 404, "not_found"},
      {"GET", "/api/v1/entities/Booking/..", {}, "", 404, "not_found"},
      {"GET", "/api/v1/entities/Booking/%2e%2e", {}, "", 404, "not_found"},
      {"GET", "/api/v1/entities/Booking/a%2fb", {}, "", 404, "not_found"},
      {"GET", "/api/v1/entities/Booking/a%5cb", {}, "", 404, "not_found"},
      {"GET", "/api/v1/entities/Booking/42%00", {}, "", 404, "not_found"},
      {"GET", "/api/v1/entities/Booking/%zz", {}, "", 404, "not_found"},
      {"GET", "/api/v1/entities/Booking/%4", {}, "", 404, "not_found"},
      {"GET", "/api/v1/entities/Booking/%c0%ae", {}, "", 404, "not_found"},
      {"GET", slashes.c_str(), {}, "", 404, "not_found"},
      {"GET", "/api/v1/entities/Booking", nobody, "", 401, "unauthorized"},
      {"GET", "/api/v1/entities/Booking", {{"Authorization", "Bearer bob"}}, "", 401, "unauthorized"},
      {"GET", "/api/v1/entities/Booking", {{"Authorization", "Basic dev:ann"}}, "", 401, "unauthorized"},
      {"GET", "/api/v1/entities/Booking", {{"Coterie-Session", "secret-9"}}, "", 401, "unauthorized"},
      {"GET", "/api/v1/entities/Booking", {}, "", 200, ""},
      {"GET", "/api/v1/entities/%42ooking", {}, "", 200, ""},
      {"GET", "/api/v1/entities/9lives", {}, "", 400, "bad_name"},
      {"GET", "/api/v1/entities/Booking?filter=nonsense", {}, "", 400, "bad_json"},
      {"GET", "/api/v1/entities/Booking?filtr={}", {}, "", 400, "bad_request"},
      {"GET", "/api/v1/entities/Booking?limit=ten", {}, "", 400, "bad_request"},
      {"GET", "/api/v1/entities/Booking?limit=1&limit=2", {}, "", 400, "bad_request"},
      {"GET", "/api/v1/entities/Booking?limit", {}, "", 400, "bad_request"},
      {"GET", "/api/v1/entities/Booking?page=1&cursor=x", {}, "", 400, "bad_request"},
      {"GET", "/api/v1/entities/Booking?pageSize=5", {}, "", 400, "bad_request"},
      {"GET", "/api/v1/entities/Booking?page=1&pageSize=5", {}, "", 200, ""},
      {"GET", "/api/v1/entities/Booking/42", {}, "", 404, "not_found"},
      {"GET", "/api/v1/entities/Booking/42?version=x", {}, "", 400, "bad_request"},
      {"GET", "/api/v1/entities/Booking/42/history", {}, "", 200, ""},
      {"DELETE", "/api/v1/entities/Booking/42/history", {}, "", 405, "bad_request"},
      {"DELETE", "/api/v1/entities/Booking", {}, "", 405, "bad_request"},
      {"POST", "/api/v1/entities/Booking", {}, "[]", 400, "bad_request"},
      {"POST", "/api/v1/entities/Booking", {}, "{", 400, "bad_json"},
      {"POST", "/api/v1/entities/Booking", {}, R"({"data":{"n":1e400}})", 400, "bad_number"},
      {"POST", "/api/v1/entities/Booking", {}, R"({"entityId":"42"})", 400, "bad_request"},
      {"POST", "/api/v1/entities/Booking", {}, R"({"data":{},"op":"delete"})", 400, "bad_request"},
      {"POST", "/api/v1/entities/Booking", {}, R"({"data":{},"extra":1})", 400, "bad_request"},
      {"POST", "/api/v1/entities/Booking?x=1", {}, R"({"data":{}})", 400, "bad_request"},
      {"POST",
       "/api/v1/entities/Booking",
       {{"Idempotency-Key", "a b"}},
       R"({"data":{}})",
       400,
       "bad_request"},
      {"POST", "/api/v1/entities/Booking", {}, R"({"entityId":"../x","data":{}})", 400, "bad_name"},
      {"PUT", "/api/v1/entities/Booking/42", {}, R"({"data":{}})", 428, "base_version_required"},
      {"PUT", "/api/v1/entities/Booking/42", {}, R"({"version":1})", 400, "bad_request"},
      {"PUT", "/api/v1/entities/Booking/42", {}, R"({"data":{},"more":1})", 400, "bad_request"},
      {"PUT", "/api/v1/entities/Booking/42", {}, R"({"data":{},"version":0})", 400, "bad_request"},
      {"PUT", "/api/v1/entities/Booking/42", {}, R"({"data":{},"version":"1"})", 400, "bad_request"},
      {"PUT", "/api/v1/entities/Booking/42", {{"If-Match", "*"}}, R"({"data":{}})", 400, "bad_request"},
      {"PUT", "/api/v1/entities/Booking/42", {{"If-Match", "W/\"1\""}}, R"({"data":{}})", 400, "bad_request"},
      {"PUT", "/api/v1/entities/Booking/42", {{"If-Match", "1"}}, R"({"data":{}})", 400, "bad_request"},
      {"PUT",
       "/api/v1/entities/Booking/42",
       {{"If-Match", "\"1\", \"2\""}},
       R"({"data":{}})",
       400,
       "bad_request"},
      {"PUT", "/api/v1/entities/Booking/42", {{"If-Match", "\"01\""}}, R"({"data":{}})", 400, "bad_request"},
      {"PUT", "/api/v1/entities/Booking/42", {{"If-Match", "\"-1\""}}, R"({"data":{}})", 400, "bad_request"},
      {"PUT",
       "/api/v1/entities/Booking/42",
       {{"If-Match", "\"1\""}},
       R"({"data":{},"version":2})",
       400,
       "bad_request"},
      {"PUT",
       "/api/v1/entities/Booking/42",
       {{"If-None-Match", "\"1\""}},
       R"({"data":{}})",
       400,
       "bad_request"},
      {"PUT", "/api/v1/entities/Booking/42", {{"If-Match", "\"1\""}}, R"({"data":{}})", 404, "not_found"},
      {"PATCH", "/api/v1/entities/Booking/42", {{"Content-Type", "text/plain"}}, "{}", 415, "bad_request"},
      {"PATCH",
       "/api/v1/entities/Booking/42",
       {{"Content-Type", "application/merge-patch+json"}},
       "{}",
       428,
       "base_version_required"},
      {"PATCH", "/api/v1/entities/Booking/42", {}, R"({"set":{"a":1}})", 428, "base_version_required"},
      {"PATCH", "/api/v1/entities/Booking/42", {}, R"({"set":{"a":1},"where":{}})", 400, "bad_request"},
      {"PATCH", "/api/v1/entities/Booking/42", {}, R"({"increment":{"a":1}})", 404, "not_found"},
      {"DELETE", "/api/v1/entities/Booking/42", {}, "", 428, "base_version_required"},
      {"DELETE", "/api/v1/entities/Booking/42?version=1", {}, "", 404, "not_found"},
      {"POST", "/api/v1/requests", {}, "{", 400, "bad_json"},
      {"POST", "/api/v1/requests", {}, R"({"id":1,"type":"dance"})", 400, "bad_request"},
      {"POST", "/api/v1/requests", {}, R"({"type":"pong"})", 400, "bad_request"},
      {"POST", "/api/v1/requests", {}, R"({"id":1,"type":"ping"})", 200, ""},
      {"GET", "/api/v1/requests", {}, "", 405, "bad_request"},
      {"POST", "/api/v1/requests", nobody, R"({"id":1,"type":"ping"})", 401, "unauthorized"},
  };

  for (const Row& row : rows) {
    HttpHarness http;
    CAPTURE(row.method);
    CAPTURE(row.target);
    CAPTURE(row.body);
    const HttpResponse response = http.ask(row.method, row.target, row.headers, row.body);
    CAPTURE(response.body);
    CHECK(response.status == row.status);
    if (*row.code == 0) continue;
    const auto problem = http.json(response);
    CHECK(problem.at("code") == row.code);
    if (response.content_type != "application/problem+json")
      continue;  // the route for requests answers as a socket
    CHECK(problem.at("status") == row.status);
    CHECK(problem.at("detail").is_string());
  }
}

TEST_CASE("Router: a method that the path does not know is told which it does") {
  HttpHarness http;

  CHECK(http.header(http.ask("DELETE", "/api/v1/entities/Booking"), "Allow") == "GET, HEAD, POST");
  CHECK(http.header(http.ask("POST", "/api/v1/entities/Booking/42", {}, "{}"), "Allow") ==
        "GET, HEAD, PUT, PATCH, DELETE");
  CHECK(http.header(http.ask("GET", "/api/v1/requests"), "Allow") == "POST");
}

TEST_CASE("Router: who is not signed in learns how, whatever the record [law 8]") {
  HttpHarness http;
  http.ask("POST", "/api/v1/entities/Booking", {}, R"({"entityId":"42","data":{}})");

  const HttpResponse there = http.ask("GET", "/api/v1/entities/Booking/42", {{"Authorization", "Bearer x"}});
  const HttpResponse absent = http.ask("GET", "/api/v1/entities/Booking/43", {{"Authorization", "Bearer x"}});

  CHECK(there.status == 401);
  CHECK(there.body == absent.body);
  CHECK(http.header(there, "WWW-Authenticate") == "Bearer realm=\"coterie\"");
}

TEST_CASE("Router: the metrics are told on this machine alone, and not through a proxy on it") {
  HttpHarness http;
  CHECK(http.ask("GET", "/metrics").body.find("coterie_connections") != std::string::npos);
  CHECK(http.ask("GET", "/metrics", {{"X-Forwarded-For", "203.0.113.9"}}).status == 403);
  http.peer = "203.0.113.9";
  CHECK(http.ask("GET", "/metrics").status == 403);
}

TEST_CASE("Router: readiness says why not, health stays") {
  HttpHarness http;
  http.not_ready = "The server is stopping.";
  CHECK(http.ask("GET", "/readyz").status == 503);
  CHECK(http.json(http.ask("GET", "/readyz")).at("detail") == "The server is stopping.");
  CHECK(http.ask("GET", "/healthz").status == 200);
}

TEST_CASE(
    "HttpRequests: one without an answer is told so after 10 s, once, and a late answer is dropped [law 6]") {
  std::vector<std::uint64_t> asked;
  RequesterTable* table = nullptr;
  HttpHarness http([&](Requester& requester, ClientMessage) { asked.push_back(requester.number()); });
  table = &http.requesters;

  const auto at_once = http.try_ask("POST", "/api/v1/entities/Booking", {}, R"({"data":{}})");
  http.now += std::chrono::milliseconds(9'999);
  http.requests.expire();
  const std::size_t before = http.last->size();
  http.now += std::chrono::milliseconds(1);
  Requester* late = table->find(asked.at(0));
  http.requests.expire();
  Error answer;
  late->answer(RequestId{1}, answer);
  http.requests.expire();
  http.run_posted();

  CHECK(!at_once);
  CHECK(before == 0);
  REQUIRE(http.last->size() == 1);
  CHECK(http.last->front().status == 503);
  CHECK(http.json(http.last->front()).at("code") == "unavailable");
  CHECK(http.json(http.last->front()).at("retry") == true);
  CHECK(http.requests.under_way() == 0);
  CHECK(table->find(asked.at(0)) == nullptr);
}

TEST_CASE(
    "Router: each request of a user is admitted first, and its place is held until it is answered [law 6]") {
  HttpHarness it;
  std::vector<std::string> asked;
  std::weak_ptr<void> held;
  bool full = false;
  it.router.admit_by([&](const UserId& user) -> Result<std::shared_ptr<void>> {
    asked.push_back(user.value());
    if (full) return refusal_for_now(ErrorCode::rate_limited, "later", std::chrono::milliseconds(1500));
    std::shared_ptr<void> place = std::make_shared<int>(0);
    held = place;
    return place;
  });

  CHECK(it.ask("GET", "/healthz").status == 200);
  CHECK(it.ask("GET", "/api/v1/entities/A", {{"Authorization", "Bearer nobody"}}).status == 401);
  CHECK(asked.empty());
  CHECK(it.ask("GET", "/api/v1/entities/A").status == 200);
  CHECK(asked == std::vector<std::string>{"ann"});
  CHECK(held.expired());

  full = true;
  const HttpResponse refused = it.ask("GET", "/api/v1/entities/A/1");
  CHECK(refused.status == 429);
  CHECK(HttpHarness::header(refused, "Retry-After") == "2");
  CHECK(HttpHarness::json(refused).at("retryAfterMs") == 1500);
  CHECK(HttpHarness::json(refused).at("code") == "rate_limited");
  CHECK(refused.over_rate);
}

TEST_CASE("Router: a place is held as long as the answer is not there [law 6]") {
  HttpHarness it([](Requester&, ClientMessage) {});  // never answers
  std::weak_ptr<void> held;
  it.router.admit_by([&](const UserId&) -> Result<std::shared_ptr<void>> {
    std::shared_ptr<void> place = std::make_shared<int>(0);
    held = place;
    return place;
  });
  CHECK_FALSE(it.try_ask("GET", "/api/v1/entities/A/1").has_value());
  CHECK_FALSE(held.expired());
  it.now += std::chrono::seconds(11);
  it.requests.expire();
  it.run_posted();
  CHECK(held.expired());
}

TEST_CASE("Router: a header does not make another method of a request [law 8]") {
  HttpHarness http;
  REQUIRE(http.ask("POST", "/api/v1/entities/A", {}, R"({"entityId":"1","data":{}})").status == 201);
  for (const char* name : {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"}) {
    CAPTURE(name);
    CHECK(http.ask("GET", "/api/v1/entities/A/1", {{name, "DELETE"}, {"If-Match", "\"1\""}}).status == 200);
  }
  CHECK(http.ask("GET", "/api/v1/entities/A/1?_method=DELETE").status == 400);
  CHECK(http.ask("GET", "/api/v1/entities/A/1").status == 200);
}

TEST_CASE("Router: what tells who signs in is kept by nobody on the way") {
  HttpHarness http;
  for (const char* path : {"/api/v1/auth/login", "/api/v1/entities/A", "/healthz", "/nothing"}) {
    CAPTURE(path);
    const std::string bytes = to_bytes(http.ask("GET", path), {});
    CHECK(bytes.find("Cache-Control: no-store\r\n") != std::string::npos);
    CHECK(bytes.find("X-Content-Type-Options: nosniff\r\n") != std::string::npos);
    CHECK(bytes.find("Referrer-Policy: no-referrer\r\n") != std::string::npos);
    CHECK(bytes.find("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n") !=
          std::string::npos);
    CHECK(bytes.find("Strict-Transport-Security") == std::string::npos);
  }
}
