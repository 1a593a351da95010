// The layer under Beast's WebSocket stream. Its reads serve first what came along with the handshake, then
// the socket, and meter the frames that pass; its writes go whole into the outbox, between the ready frames
// of the rooms. Included by websocket.cpp alone. Thread: loop.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/async_base.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/core/buffers_prefix.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/role.hpp>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "server/net/asio_types.hpp"
#include "server/net/frame_meter.hpp"
#include "server/net/net_state.hpp"
#include "server/net/outbox.hpp"

namespace coterie {

class SocketLayer {
 public:
  using executor_type = LoopExecutor;
  using ErrorCode = boost::system::error_code;

  SocketLayer(std::shared_ptr<Outbox> outbox, std::string early, FrameRates rates, std::size_t outbox_bytes,
              NetState& net)
      : outbox_(std::move(outbox)),
        early_(std::move(early)),
        rates_(rates),
        outbox_bytes_(outbox_bytes),
        net_(net),
        last_read_(net.now) {}

  executor_type get_executor() { return outbox_->socket().get_executor(); }
  Outbox& outbox() { return *outbox_; }
  SteadyTime last_read() const { return last_read_; }
  FrameVerdict verdict() const { return verdict_; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [this](auto&& handler, const Buffers& into) {
          using Handler = std::decay_t<decltype(handler)>;
          MeteredRead<Handler, Buffers> read(std::forward<decltype(handler)>(handler), *this, into);
          if (early_.empty()) {
            outbox_->socket().async_read_some(into, std::move(read));
          } else {
            const std::size_t size = serve_early(into);
            asio::post(get_executor(), boost::beast::bind_handler(std::move(read), ErrorCode(), size));
          }
        },
        token, buffers);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [this](auto&& handler, const Buffers& from) {
          std::string piece = boost::beast::buffers_to_string(from);
          const std::size_t size = piece.size();
          take(std::move(piece));
          asio::post(get_executor(),
                     boost::beast::bind_handler(std::forward<decltype(handler)>(handler), ErrorCode(), size));
        },
        token, buffers);
  }

 private:
  template <class Handler, class Buffers>
  class MeteredRead : public boost::beast::async_base<Handler, LoopExecutor> {
   public:
    MeteredRead(Handler handler, SocketLayer& layer, const Buffers& buffers)
        : boost::beast::async_base<Handler, LoopExecutor>(std::move(handler), layer.get_executor()),
          layer_(layer),
          buffers_(buffers) {}
    void operator()(ErrorCode error, std::size_t size) {
      if (!error && !layer_.pass(buffers_, size)) error = asio::error::connection_aborted;
      this->complete_now(error, size);
    }

   private:
    SocketLayer& layer_;
    Buffers buffers_;
  };

  template <class Buffers>
  bool pass(const Buffers& buffers, std::size_t size) {
    last_read_ = net_.now;
    const auto read = boost::beast::buffers_prefix(size, buffers);  // named: the loop refers to it
    for (const asio::mutable_buffer part : boost::beast::buffers_range_ref(read)) {
      const std::span<const unsigned char> bytes(static_cast<const unsigned char*>(part.data()), part.size());
      verdict_ = meter_.pass(bytes, net_.now, rates_);
      if (verdict_ != FrameVerdict::good) return false;
    }
    return true;
  }

  template <class Buffers>
  std::size_t serve_early(const Buffers& into) {
    const std::size_t size = asio::buffer_copy(into, asio::buffer(early_));
    early_.erase(0, size);
    if (early_.empty()) early_.shrink_to_fit();
    return size;
  }

  // What Beast writes is a handshake's answer, a pong or a close.
  void take(std::string piece) {
    constexpr char kClose = '\x88';
    constexpr char kPong = '\x8a';
    if (piece.empty()) return;
    if (piece.front() == kClose) {
      outbox_->end(std::move(piece));
    } else if (piece.front() != kPong || outbox_->queued_bytes() <= outbox_bytes_) {
      outbox_->push(std::move(piece));
    }
  }

  std::shared_ptr<Outbox> outbox_;
  std::string early_;
  FrameRates rates_;
  std::size_t outbox_bytes_;
  NetState& net_;
  FrameMeter meter_;
  SteadyTime last_read_;
  FrameVerdict verdict_ = FrameVerdict::good;
};

// Beast ends a connection through these; here the owner ends it, after what was sent last has been read.
inline void beast_close_socket(SocketLayer& layer) { layer.outbox().cut(); }
inline void teardown(boost::beast::role_type, SocketLayer&, SocketLayer::ErrorCode& error) { error = {}; }
template <class Handler>
void async_teardown(boost::beast::role_type, SocketLayer& layer, Handler&& handler) {
  asio::post(layer.get_executor(),
             boost::beast::bind_handler(std::forward<Handler>(handler), SocketLayer::ErrorCode()));
}

}  // namespace coterie
