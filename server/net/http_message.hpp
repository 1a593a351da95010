// An HTTP request and its answer as plain values: the border between the bytes (http_session) and the routes,
// which are tested without a socket. What arrives here has passed the gate: one Host, a body whole and within
// its limit, a JSON content type where something is to be changed. Thread: loop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coterie {

struct SignedHello;

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method;  // as it came: "GET"
  std::string path;    // up to the '?', percent-escapes still in it
  std::string query;   // after the '?', percent-escapes still in it; empty: none
  std::vector<HttpHeader> headers;
  std::string body;
  std::string peer;     // the client's address, without its port: through listed proxies too
  bool secure = false;  // the client came by TLS

  // The value of the first header of that name, whatever its case; null: there is none.
  const std::string* header(std::string_view name) const;
  // A list's, over all headers of that name (RFC 9110 section 5.3); empty: there is none.
  std::string list(std::string_view name) const;
  // The token of `Authorization: Bearer TOKEN`. Valid while the request is.
  std::optional<std::string_view> bearer() const;
  // What the client says of itself: at most 200 printable characters, fit to be logged and shown.
  std::string user_agent() const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";  // empty: none (204, 304)
  std::string body;
  std::vector<HttpHeader> headers;  // besides content type, length, date and the security headers
  // In place of a body: the connection becomes the stream of a session that begins with this hello.
  std::shared_ptr<SignedHello> stream = nullptr;
  bool over_rate = false;  // a refusal that is held back for a moment, so that asking again is not free
};

// Called exactly once, on the loop, at once or later. When the connection has gone the answer is dropped.
using Respond = std::function<void(HttpResponse)>;

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  // HEAD arrives as HEAD; the body of its answer is not sent, its length is.
  virtual void handle(HttpRequest request, Respond respond) = 0;
};

// An answer as application/problem+json (RFC 9457):
// {"type":"about:blank","title":...,"status":...,"detail":...,"code":...,"message":...}.
HttpResponse problem(int status, std::string_view code, std::string_view message);
std::string_view reason_phrase(int status);  // "Not Found"

}  // namespace coterie
