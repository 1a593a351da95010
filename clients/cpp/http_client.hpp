// HTTP/1.1 to one server, plain or under TLS, blocking, over one kept connection: for what is too large for a
// WebSocket message. A kept connection that the server has closed meanwhile is opened again once; a request
// that got no answer on a new one is the caller's to repeat, who knows whether that is safe. Thread: one.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "clients/cpp/client_error.hpp"
#include "clients/cpp/server_url.hpp"

namespace coterie {

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

class HttpClient {
 public:
  HttpClient(ServerUrl url, std::string token,
             std::chrono::milliseconds timeout = std::chrono::milliseconds{30'000});
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  // `target` begins with a slash. The answer comes back whatever its status.
  ClientResult<HttpAnswer> get(std::string_view target);
  ClientResult<HttpAnswer> post(std::string_view target, std::string body);  // JSON

 private:
  class Link;
  std::unique_ptr<Link> link_;
};

}  // namespace coterie
