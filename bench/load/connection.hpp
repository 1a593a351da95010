// One WebSocket of a simulated user: connects without blocking, upgrades, takes frames apart into messages.
// A whole frame is handed over at once, as a client must apply it at once.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/loop.hpp"

namespace load {

struct Address {
  std::string host;
  std::uint16_t port = 0;
};
// Of a URL like http://127.0.0.1:8787 or ws://...; throws std::runtime_error where it is none, or not a
// loopback address.
Address address_of(const std::string& url);

// A socket that is connecting, without blocking; -1: there are no more, see errno.
int begin_connecting(const Address& address);

class Connection {
 public:
  struct Handlers {
    std::function<void()> opened;
    std::function<void(const std::vector<std::string_view>&)> frame;  // the messages of one frame
    std::function<void(int code, const std::string& why)> closed;     // not called for drop() and close()
  };
  Connection(Loop& loop, const Address& address, Handlers handlers);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(std::string_view message);
  void drop();   // cuts the line, as a dead network would
  void close();  // says goodbye (1000) first
  bool open() const { return fd_ >= 0 && upgraded_; }
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  void ready(std::uint32_t events);
  void read();
  bool take_frames();
  bool take_frame(unsigned opcode, std::string_view payload);
  void write_frame(unsigned opcode, std::string_view payload);
  void flush();
  void fail(int code, const std::string& why);

  Loop& loop_;
  Address address_;
  Handlers handlers_;
  int fd_ = -1;
  bool connected_ = false;
  bool upgraded_ = false;
  std::string in_;
  std::string out_;
  std::uint64_t bytes_read_ = 0;
};

}  // namespace load
