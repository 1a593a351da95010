// HTTP as bytes: what the gate and the limits make of a request before any route sees it.
#include <doctest/doctest.h>

#include <vector>

#include "tests/support/raw_socket.hpp"
#include "tests/support/test_server.hpp"

using namespace coterie;
using namespace std::chrono_literals;

namespace {

int status_of(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// `head`: request line and headers besides Host, with CRLF after each line.
std::string request(const TestServer& server, const std::string& line, const std::string& headers = {},
                    const std::string& body = {}) {
  return line + "\r\nHost: " + server.host() + "\r\n" + headers + "\r\n" + body;
}

struct Told {
  std::string answer;
  bool closed = false;
};

// Sends it and reads all there is to read; `closed` where the server ended the connection.
Told tell(const TestServer& server, const std::string& bytes) {
  RawSocket socket(server.port());
  socket.patience = 300ms;
  socket.send(bytes);
  Told told;
  told.answer = socket.receive_all();
  told.closed = socket.ended;
  return told;
}

// One whole answer of a connection that stays.
std::string one_answer(RawSocket& socket) {
  std::string head = socket.receive_until("\r\n\r\n");
  const std::size_t at = head.find("Content-Length: ");
  if (at == std::string::npos) return head;
  return head + socket.receive_exactly(std::stoul(head.substr(at + 16)));
}

}  // namespace

TEST_CASE("HTTP: a request arrives with its parts apart, the answer carries the security headers") {
  TestServer server;

  const Told told = tell(
      server, request(server, "POST /api/v1/x?a=b%20c HTTP/1.1",
                      "Authorization: Bearer dev:ann\r\nContent-Type: application/json; charset=utf-8\r\n"
                      "Content-Length: 2\r\nConnection: close\r\n",
                      "{}"));

  CHECK(status_of(told.answer) == 200);
  CHECK(has(
      told.answer,
      R"({"method":"POST","path":"/api/v1/x","query":"a=b%20c","body":"{}","peer":"127.0.0.1","bearer":"dev:ann"})"));
  CHECK(has(told.answer, "X-Content-Type-Options: nosniff\r\n"));
  CHECK(has(told.answer, "Referrer-Policy: no-referrer\r\n"));
  CHECK(has(told.answer, "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"));
  CHECK(has(told.answer, "Cache-Control: no-store\r\n"));
  CHECK(told.closed);
}

TEST_CASE("HTTP: a connection is kept, requests may follow each other without waiting") {
  TestServer server;
  RawSocket socket(server.port());

  socket.send(request(server, "GET /one HTTP/1.1") + request(server, "GET /two HTTP/1.1"));
  const std::string first = one_answer(socket);
  const std::string second = one_answer(socket);
  socket.send(request(server, "GET /three HTTP/1.1"));
  const std::string third = one_answer(socket);

  CHECK(has(first, "/one"));
  CHECK(has(second, "/two"));
  CHECK(has(third, "/three"));
}

TEST_CASE("HTTP: HEAD is answered with the length and without the body") {
  TestServer server;
  RawSocket socket(server.port());
  socket.send(request(server, "HEAD /x HTTP/1.1") + request(server, "GET /y HTTP/1.1"));
  const std::string head = socket.receive_until("\r\n\r\n");
  CHECK(status_of(head) == 200);
  CHECK_FALSE(has(head, "Content-Length: 0"));
  CHECK(status_of(one_answer(socket)) == 200);
}

TEST_CASE("HTTP: Content-Length with Transfer-Encoding, two or odd Content-Lengths: 400 and close") {
  TestServer server;
  const std::string json = "Content-Type: application/json\r\n";
  for (const std::string& headers :
       {std::string("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"),
        std::string("Content-Length: 2\r\nContent-Length: 2\r\n"),
        std::string("Content-Length: 2\r\nContent-Length: 3\r\n"), std::string("Content-Length: 2, 2\r\n"),
        std::string("Content-Length: +2\r\n"), std::string("Content-Length: -2\r\n"),
        std::string("Content-Length: 0x2\r\n"), std::string("Content-Length: 2a\r\n"),
        std::string("Content-Length:\r\n"), std::string("Content-Length: 2 2\r\n")}) {
    CAPTURE(headers);
    const Told told = tell(server, request(server, "POST /x HTTP/1.1", json + headers, "{}"));
    CHECK(status_of(told.answer) == 400);
    CHECK(told.closed);
  }
}

TEST_CASE("HTTP: any Transfer-Encoding on a request: 501 and close, and nothing after it is served") {
  TestServer server;
  for (const std::string coding : {"chunked", "identity", "gzip, chunked", "Chunked", "x", ""}) {
    CAPTURE(coding);
    const Told told =
        tell(server, request(server, "POST /x HTTP/1.1",
                             "Content-Type: application/json\r\nTransfer-Encoding: " + coding + "\r\n",
                             "0\r\n\r\n" + request(server, "GET /smuggled HTTP/1.1")));
    CHECK(status_of(told.answer) == 501);
    CHECK(told.closed);
    CHECK_FALSE(has(told.answer, "smuggled"));
  }
}

TEST_CASE("HTTP: bad request lines and header lines: 400 and close") {
  TestServer server;
  const std::string host = "Host: " + server.host() + "\r\n";
  for (const std::string& bytes : {std::string("GET\r\n\r\n"),
                                   "GET /x\r\n" + host + "\r\n",
                                   "GET  /x HTTP/1.1\r\n" + host + "\r\n",
                                   "GET /x y HTTP/1.1\r\n" + host + "\r\n",
                                   "GET /x HTTP/1.1 \r\n" + host + "\r\n",
                                   "GET /x HTTP/2.0\r\n" + host + "\r\n",
                                   "GET /x HTTP/1.0\r\n" + host + "\r\n",
                                   "GET /x http/1.1\r\n" + host + "\r\n",
                                   "GET x HTTP/1.1\r\n" + host + "\r\n",
                                   "GET http://a/x HTTP/1.1\r\n" + host + "\r\n",
                                   "GET * HTTP/1.1\r\n" + host + "\r\n",
                                   "G@T /x HTTP/1.1\r\n" + host + "\r\n",
                                   "GET /\x01 HTTP/1.1\r\n" + host + "\r\n",
                                   "GET /\xc3\xa9 HTTP/1.1\r\n" + host + "\r\n",
                                   "GET /x#y HTTP/1.1\r\n" + host + "\r\n",
                                   "GET /x HTTP/1.1\n" + host + "\r\n",
                                   "GET /x HTTP/1.1\r\n" + host + "X: a\n\r\n",
                                   "GET /x HTTP/1.1\r\n" + host + "X : a\r\n\r\n",
                                   "GET /x HTTP/1.1\r\n" + host + "X: a\r\n folded\r\n\r\n",
                                   "GET /x HTTP/1.1\r\n " + host + "\r\n",
                                   "GET /x HTTP/1.1\r\n" + host + "no colon\r\n\r\n",
                                   "GET /x HTTP/1.1\r\n" + host + ": a\r\n\r\n",
                                   "GET /x HTTP/1.1\r\n" + host + "X: a\rb\r\n\r\n",
                                   "GET /x HTTP/1.1\r\n" + host + std::string("X: a\0b\r\n\r\n", 11),
                                   "GET /x HTTP/1.1\r\n" + host + "X: \x7f\r\n\r\n"}) {
    CAPTURE(bytes);
    const Told told = tell(server, bytes);
    CHECK(status_of(told.answer) == 400);
    CHECK(told.closed);
    CHECK(has(told.answer, "application/problem+json"));
  }
}

TEST_CASE("HTTP: a target over 8 KiB is answered 414, one of 8 KiB is served [law 6]") {
  TestServer server;
  const std::string longest = "/" + std::string(8 * 1024 - 1, 'x');
  CHECK(status_of(tell(server, request(server, "GET " + longest + " HTTP/1.1")).answer) == 200);
  CHECK(status_of(tell(server, request(server, "GET " + longest + "x HTTP/1.1")).answer) == 414);
  CHECK(status_of(tell(server, "GET /" + std::string(12 * 1024, 'x')).answer) == 414);
}

TEST_CASE("HTTP: Expect: 100-continue with 10 GB: 413 before 100 [law 6]") {
  TestServer server;
  const Told told = tell(server, request(server, "POST /x HTTP/1.1",
                                         "Content-Type: application/json\r\nContent-Length: 10737418240\r\n"
                                         "Expect: 100-continue\r\n"));
  CHECK(status_of(told.answer) == 413);
  CHECK(told.closed);
  const Told endless = tell(server, request(server, "POST /x HTTP/1.1",
                                            "Content-Type: application/json\r\n"
                                            "Content-Length: 99999999999999999999999999\r\n"));
  CHECK(status_of(endless.answer) == 413);
}

TEST_CASE("HTTP: Expect: 100-continue is told to go on, and then answered") {
  TestServer server;
  RawSocket socket(server.port());
  socket.send(request(server, "POST /x HTTP/1.1",
                      "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"));
  CHECK(socket.receive_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("{}");
  CHECK(status_of(one_answer(socket)) == 200);

  CHECK(status_of(tell(server, request(server, "GET /x HTTP/1.1", "Expect: tea\r\n")).answer) == 417);
}

TEST_CASE("HTTP: a body of the limit is served, one more is answered 413 though it is being sent [law 6]") {
  TestServer server;
  const std::size_t limit = 1024 * 1024;
  const std::string headers = "Content-Type: application/json\r\nConnection: close\r\nContent-Length: ";
  CHECK(status_of(tell(server, request(server, "POST /x HTTP/1.1", headers + std::to_string(limit) + "\r\n",
                                       std::string(limit, ' ')))
                      .answer) == 200);
  CHECK(
      status_of(tell(server, request(server, "POST /x HTTP/1.1", headers + std::to_string(limit + 1) + "\r\n",
                                     std::string(limit / 8, ' ')))
                    .answer) == 413);
}

TEST_CASE("HTTP: TRACE, CONNECT and unknown methods: 405") {
  TestServer server;
  for (const std::string method : {"TRACE", "CONNECT", "BREW", "get", "PROPFIND"}) {
    CAPTURE(method);
    CHECK(status_of(tell(server, request(server, method + " /x HTTP/1.1")).answer) == 405);
  }
}

TEST_CASE("HTTP: a changing request without a JSON content type: 415") {
  TestServer server;
  for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
    for (const std::string type :
         {"", "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n",
          "Content-Type: multipart/form-data; boundary=application/json\r\n",
          "Content-Type: application/jsonp\r\n", "Content-Type: text/plain; application/json\r\n",
          "Content-Type: application/json; charset=latin1\r\n",
          "Content-Type: application/json\r\nContent-Type: text/plain\r\n"}) {
      CAPTURE(method);
      CAPTURE(type);
      CHECK(status_of(
                tell(server, request(server, method + " /x HTTP/1.1", type + "Content-Length: 2\r\n", "{}"))
                    .answer) == 415);
    }
  }
  RawSocket socket(server.port());
  for (const std::string type : {"application/json", "Application/JSON", "application/merge-patch+json",
                                 "application/json;charset=\"utf-8\""}) {
    CAPTURE(type);
    socket.send(
        request(server, "PATCH /x HTTP/1.1", "Content-Type: " + type + "\r\nContent-Length: 2\r\n", "{}"));
    CHECK(status_of(one_answer(socket)) == 200);
  }
  socket.send(request(server, "DELETE /x HTTP/1.1"));
  CHECK(status_of(one_answer(socket)) == 200);
}

TEST_CASE("HTTP: a token in the query is refused on every path") {
  TestServer server;
  const Told told =
      tell(server, request(server, "GET /api/v1/entities/Booking?limit=1&access_token=x HTTP/1.1"));
  CHECK(status_of(told.answer) == 400);
  CHECK(has(told.answer, "token_in_url"));
}

TEST_CASE(
    "HTTP: a slow head and a slow body are closed with 408 within the time of a whole request [law 6]") {
  TestServerOptions options;
  options.net.request_time = 300ms;
  options.net.sweep = 5ms;
  TestServer server(options);
  for (const std::string& begin :
       {std::string("GET /x HT"),
        request(server, "POST /x HTTP/1.1", "Content-Type: application/json\r\nContent-Length: 1000\r\n")}) {
    CAPTURE(begin);
    RawSocket socket(server.port());
    socket.patience = 20ms;
    socket.send(begin);
    const auto started = std::chrono::steady_clock::now();
    // A byte now and then keeps nobody alive.
    while (!socket.ended && std::chrono::steady_clock::now() - started < 5s) {
      socket.receive();
      socket.send("1");
    }
    CHECK(status_of(socket.buffer) == 408);
    CHECK(socket.ended);
    CHECK(std::chrono::steady_clock::now() - started < 2s);
  }
}

TEST_CASE("HTTP: an idle kept connection is closed without a word") {
  TestServerOptions options;
  options.net.sweep = 5ms;
  TestServer server(options);
  RawSocket socket(server.port());
  socket.send(request(server, "GET /x HTTP/1.1"));
  CHECK(status_of(one_answer(socket)) == 200);
  server.advance(61s);
  CHECK(socket.receive_all().empty());
  CHECK(socket.ended);
}

TEST_CASE("HTTP: an answer that never comes and a defect end this request alone [law 7]") {
  TestServerOptions options;
  options.net.sweep = 5ms;
  TestServer server(options);
  RawSocket waiting(server.port());
  RawSocket failing(server.port());
  waiting.send(request(server, "GET /never HTTP/1.1"));
  failing.send(request(server, "GET /throws HTTP/1.1"));

  CHECK(status_of(one_answer(failing)) == 500);
  server.on_loop([](TestServer&) { return 0; });
  server.advance(61s);
  CHECK(status_of(one_answer(waiting)) == 500);
  CHECK(waiting.is_closed());
}

TEST_CASE("HTTP: a listed page reads of a defect and of its own slowness too") {
  TestServerOptions options;
  options.net.sweep = 5ms;
  options.net.allowed_origins = {"https://app.example"};
  TestServer server(options);
  const std::string origin = "Origin: https://app.example\r\n";
  RawSocket failing(server.port());
  RawSocket slow(server.port());
  failing.send(request(server, "GET /throws HTTP/1.1", origin));
  slow.send(request(server, "POST /x HTTP/1.1",
                    origin + "Content-Type: application/json\r\nContent-Length: 9\r\n", "{"));

  const std::string failed = one_answer(failing);
  server.on_loop([](TestServer&) { return 0; });
  server.advance(11s);
  const std::string late = one_answer(slow);

  CHECK(status_of(failed) == 500);
  CHECK(has(failed, "Access-Control-Allow-Origin: https://app.example\r\n"));
  CHECK(status_of(late) == 408);
  CHECK(has(late, "Access-Control-Allow-Origin: https://app.example\r\n"));
}

TEST_CASE("HTTP: what a client cut off in the middle leaves behind is nothing [law 7]") {
  TestServer server;
  for (int i = 0; i < 50; ++i) {
    RawSocket socket(server.port());
    socket.send(
        request(server, "POST /x HTTP/1.1", "Content-Type: application/json\r\nContent-Length: 9\r\n", "{"));
    RawSocket asking(server.port());
    asking.send(request(server, "GET /never HTTP/1.1"));
    asking.send("x");
  }
  RawSocket socket(server.port());
  socket.send(request(server, "GET /x HTTP/1.1"));
  CHECK(status_of(one_answer(socket)) == 200);
}
