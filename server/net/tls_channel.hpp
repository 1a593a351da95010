// One connection's TLS over a descriptor that never blocks: each step does what can be done now, and says
// what it waits for. It moves bytes and knows no loop, so that a write can be tried at once where a plain
// socket would be, and what is read can be waited for as on a plain socket. Thread: loop. Law 7.
#pragma once

#include <boost/system/error_code.hpp>
#include <cstddef>
#include <memory>
#include <string_view>

struct ssl_st;

namespace coterie {

class TlsContext;

enum class TlsWait { nothing, readable, writable };

// What errno says where a descriptor that never blocks has nothing to give or no room.
bool would_block(int error);

struct TlsStep {
  std::size_t bytes = 0;  // moved
  TlsWait wait = TlsWait::nothing;
  boost::system::error_code error{};  // the end: of the stream (asio::error::eof), or of the connection
};

class TlsChannel {
 public:
  // The server's side, with the certificate that is in force now.
  TlsChannel(const TlsContext& context, int descriptor);
  ~TlsChannel();
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  TlsStep handshake();
  TlsStep read(void* into, std::size_t size);
  // As much as goes now. Where it waits, the next write must begin with the bytes of this one.
  TlsStep write(std::string_view bytes);
  TlsStep say_end();  // nothing more will be written
  // How many bytes the next write must repeat.
  std::size_t unfinished() const { return unfinished_; }
  // The handshake failed because the other side speaks HTTP without TLS.
  bool met_plain_http() const { return met_plain_http_; }
  void forget_descriptor();  // it is closed, and may be somebody else's soon

 private:
  struct Free {
    void operator()(ssl_st* tls) const;
  };
  TlsStep step_after(int result);

  int descriptor_;
  std::unique_ptr<ssl_st, Free> tls_;
  std::size_t unfinished_ = 0;
  bool met_plain_http_ = false;
};

}  // namespace coterie
