// The CORS headers of answers, the leave that a preflight gets, and that it names all that the routes heed.
#include "server/net/cross_origin.hpp"

#include "server/net/http_write.hpp"
#include "tests/net/http_harness.hpp"

using namespace coterie;

namespace {

const HttpHarness::Headers kPreflight{{"Origin", "https://app.example"},
                                      {"Access-Control-Request-Method", "PUT"},
                                      {"Access-Control-Request-Headers", "authorization,if-match"},
                                      {"Authorization", ""}};

std::string written(HttpResponse response, CrossOrigin cross_origin) {
  WriteHttp how;
  how.cross_origin = std::move(cross_origin);
  return to_bytes(std::move(response), how);
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE(
    "Cross-origin: without a list nothing is said, with one that answers vary, to a listed page its name") {
  const HttpResponse answer{200, "application/json", "{}", {{"ETag", "\"1\""}}};

  const std::string unlisted = written(answer, {});
  const std::string other = written(answer, {true, ""});
  const std::string page = written(answer, {true, "https://app.example"});

  CHECK_FALSE(has(unlisted, "Vary"));
  CHECK_FALSE(has(unlisted, "Access-Control"));
  CHECK(has(other, "\r\nVary: Origin\r\n"));
  CHECK_FALSE(has(other, "Access-Control"));
  CHECK(has(page, "\r\nVary: Origin\r\n"));
  CHECK(has(page, "\r\nAccess-Control-Allow-Origin: https://app.example\r\n"));
  CHECK(has(page, "\r\nAccess-Control-Expose-Headers: ETag, Location, Retry-After,"));
  CHECK_FALSE(has(page, "Allow-Credentials"));
}

TEST_CASE("Cross-origin: what an answer varies by besides stands in the same line") {
  const std::string both =
      written({200, "text/css", "", {{"vary", "Accept-Encoding"}}}, {true, "https://app.example"});

  CHECK(has(both, "\r\nvary: Accept-Encoding, Origin\r\n"));
  CHECK(both.find("ary:", both.find("ary:") + 1) == std::string::npos);
}

TEST_CASE("Cross-origin: a preflight needs no token and is told the methods of its path") {
  HttpHarness http;

  const HttpResponse record = http.ask("OPTIONS", "/api/v1/entities/Booking/42", kPreflight);
  const HttpResponse stream = http.ask("OPTIONS", "/events", kPreflight);

  CHECK(record.status == 204);
  CHECK(record.body.empty());
  CHECK(http.header(record, "Access-Control-Allow-Methods") == "GET, HEAD, PUT, PATCH, DELETE");
  CHECK(http.header(record, "Access-Control-Max-Age") == "7200");
  CHECK(stream.status == 204);
  CHECK(http.header(stream, "Access-Control-Allow-Methods") == "POST, GET, HEAD, DELETE");
  CHECK(http.ask("OPTIONS", "/api/v1/nothing", kPreflight).status == 404);
  CHECK(http.ask("OPTIONS", "/api/v1/entities/Booking/../x", kPreflight).status == 404);
}

TEST_CASE("Cross-origin: OPTIONS that is no preflight is a method that no path knows") {
  HttpHarness http;
  const HttpResponse no_page =
      http.ask("OPTIONS", "/api/v1/requests", {{"Access-Control-Request-Method", "POST"}});
  const HttpResponse no_method = http.ask("OPTIONS", "/api/v1/requests", {{"Origin", "https://app.example"}});

  CHECK(no_page.status == 405);
  CHECK(http.header(no_page, "Allow") == "POST");
  CHECK(no_method.status == 405);
}

TEST_CASE("Cross-origin: every header that a route heeds may be sent, and every path names its methods") {
  HttpHarness http;
  for (const Route& route : http.router.routes()) {
    std::string target(route.pattern);
    for (std::size_t open = target.find('{'); open != std::string::npos; open = target.find('{')) {
      target.replace(open, target.find('}') + 1 - open, "x");
    }
    CAPTURE(target);
    const HttpResponse leave = http.ask("OPTIONS", target, kPreflight);
    REQUIRE(leave.status == 204);
    CHECK(has(http.header(leave, "Access-Control-Allow-Methods"), route.method));
    const std::string headers = http.header(leave, "Access-Control-Allow-Headers") + ',';
    for (const std::string_view header : route.about.headers) {
      CAPTURE(header);
      CHECK(has(headers, std::string(header) + ','));
    }
    CHECK(has(headers, "Authorization,"));
    CHECK(has(headers, "Content-Type,"));
  }
}
