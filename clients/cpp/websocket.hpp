// One WebSocket to a server, blocking, each call bounded in time. The only file here that names Beast's
// stream. A read that found nothing in time is not lost: it stays under way, and the next read() picks it up.
// Thread: one.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "clients/cpp/client_error.hpp"
#include "clients/cpp/server_url.hpp"

namespace coterie {

class ClientSocket {
 public:
  // Connects and shakes hands (GET /ws, coterie.v1), within `timeout` as a whole.
  static ClientResult<ClientSocket> open(const ServerUrl& url, std::chrono::milliseconds timeout);
  ClientSocket(ClientSocket&&) noexcept;
  ClientSocket& operator=(ClientSocket&&) noexcept;
  ~ClientSocket();  // drops the connection; close() says goodbye first

  // After an error of either of these the connection is over.
  ClientResult<void> write(std::string_view text);
  // The next frame's text; absent: none came within `timeout`.
  ClientResult<std::optional<std::string>> read(std::chrono::milliseconds timeout);

  void close();  // code 1000: the server forgets the session at once

 private:
  class Stream;
  explicit ClientSocket(std::unique_ptr<Stream> stream);
  std::unique_ptr<Stream> stream_;
};

}  // namespace coterie
