#include "server/net/websocket.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>
#include <vector>

#include "server/net/gate.hpp"
#include "server/net/outbox.hpp"
#include "server/net/socket_layer.hpp"

namespace coterie {
namespace {

namespace beast = boost::beast;
using Stream = beast::websocket::stream<SocketLayer, false>;  // false: no compression compiled in

constexpr std::size_t kFirstBytes = 256;  // most messages fit; they cost no allocation
constexpr std::size_t kLeastGrowth = 2048;
constexpr std::size_t kSocketLingerBytes = 256 * 1024;
constexpr std::size_t kMaxReason = 123;

std::string close_frame(CloseCode code, std::string_view reason) {
  reason = reason.substr(0, kMaxReason);
  const auto number = static_cast<std::uint16_t>(code);
  std::string frame;
  frame += '\x88';
  frame += static_cast<char>(2 + reason.size());
  frame += static_cast<char>(number >> 8);
  frame += static_cast<char>(number & 0xff);
  frame += reason;
  return frame;
}

// What Beast has told the peer, where it found a frame to be bad.
std::uint16_t code_of(boost::system::error_code error) {
  namespace ws = beast::websocket;
  if (error == ws::error::message_too_big) return static_cast<std::uint16_t>(CloseCode::too_big);
  if (error == ws::error::bad_frame_payload) return static_cast<std::uint16_t>(CloseCode::bad_utf8);
  if (error == ws::condition::protocol_violation)
    return static_cast<std::uint16_t>(CloseCode::protocol_error);
  return ConnectionEnd::kLost;
}

}  // namespace

struct WebSocket::Inside {
  Inside(std::shared_ptr<Outbox> box, std::string early, const WebSocketOptions& options, NetState& net,
         SinkOwner& holder)
      : owner(holder),
        outbox(box),
        stream(std::move(box), std::move(early), options.rates, options.outbox_bytes, net) {
    stream.read_message_max(options.message_bytes);
  }

  // Where the next bytes of a message go, of which `size` are there.
  asio::mutable_buffer space_after(std::size_t size) {
    if (rest.empty() && size < first.size()) return asio::buffer(first) + size;
    if (rest.empty()) rest.assign(first.data(), size);
    if (rest.size() == size) rest.resize(size + std::max(size, kLeastGrowth));
    return asio::buffer(rest) + size;
  }

  std::string_view message(std::size_t size) const {
    return std::string_view(rest.empty() ? std::string_view(first.data(), size) : rest).substr(0, size);
  }

  // The end that came first is the one that counts: an answer to our close is not the peer's.
  void ended(std::uint16_t code, std::string reason, bool by_peer) {
    if (end) return;
    end = ConnectionEnd{code, std::move(reason), by_peer};
  }

  // Where Beast did not get to say it.
  void refuse(CloseCode code, const std::string& reason) {
    ended(static_cast<std::uint16_t>(code), reason, false);
    outbox->end(close_frame(code, reason));
  }

  void read_failed(boost::system::error_code error) {
    if (error == beast::websocket::error::closed) {
      peer_closed = true;
      const beast::websocket::close_reason& reason = stream.reason();
      ended(reason.code == 0 ? ConnectionEnd::kNoCode : reason.code,
            std::string(reason.reason.data(), reason.reason.size()), true);
    } else if (stream.next_layer().verdict() == FrameVerdict::too_many) {
      refuse(CloseCode::policy, "too many frames");
    } else if (stream.next_layer().verdict() == FrameVerdict::bad_length) {
      refuse(CloseCode::protocol_error, "bad length");
    } else {
      const std::uint16_t code = code_of(error);
      at_end = code == ConnectionEnd::kLost;
      ended(code, error.message(), false);
    }
  }

  SinkOwner& owner;
  std::shared_ptr<Outbox> outbox;
  Stream stream;
  std::array<char, kFirstBytes> first{};
  std::string rest;  // a message that is longer than `first`, from its beginning
  std::optional<ConnectionEnd> end;
  bool at_end = false;       // of what the socket has to read: Asio would wait for ever for more
  bool peer_closed = false;  // its close frame has been read: it sends nothing more
};

WebSocket::WebSocket(PeerSocket socket, std::string early, const WebSocketOptions& options, NetState& net,
                     SinkOwner& owner) {
  auto outbox = std::make_shared<Outbox>(std::move(socket), net, [&owner] { owner.drained(); });
  inside_ = std::make_unique<Inside>(std::move(outbox), std::move(early), options, net, owner);
}

WebSocket::~WebSocket() = default;

Awaitable<bool> WebSocket::accept(std::string key) {
  namespace http = beast::http;
  http::request<http::empty_body> request(http::verb::get, "/ws", 11);
  request.set(http::field::host, "coterie");  // checked by the gate; Beast asks that there is one
  request.set(http::field::connection, "upgrade");
  request.set(http::field::upgrade, "websocket");
  request.set(http::field::sec_websocket_key, key);
  request.set(http::field::sec_websocket_version, "13");
  inside_->stream.set_option(
      beast::websocket::stream_base::decorator([](beast::websocket::response_type& response) {
        response.set(http::field::sec_websocket_protocol,
                     beast::string_view(kSubprotocol.data(), kSubprotocol.size()));
        response.set(http::field::server, "coterie");
      }));
  auto [error] = co_await inside_->stream.async_accept(request, kAwait);
  if (error) inside_->ended(ConnectionEnd::kLost, error.message(), false);
  co_return !error;
}

Awaitable<std::optional<std::string_view>> WebSocket::read() {
  Inside& in = *inside_;
  if (!in.rest.empty()) std::string().swap(in.rest);  // an idle session keeps nothing
  std::size_t size = 0;
  while (!in.outbox->ending()) {
    const asio::mutable_buffer into = in.space_after(size);
    auto [error, taken] = co_await in.stream.async_read_some(into, kAwait);
    if (error) {
      in.read_failed(error);
      break;
    }
    if (in.outbox->ending()) break;
    if (in.stream.got_binary()) {
      close(CloseCode::unsupported_data, "send text frames");
      break;
    }
    size += taken;
    if (in.stream.is_message_done()) co_return in.message(size);
  }
  co_return std::nullopt;
}

Awaitable<void> WebSocket::linger() {
  TcpSocket& socket = inside_->outbox->socket().tcp();  // thrown away as it comes
  // Where both close frames have passed, the server ends the connection first (RFC 6455 section 7.1.1).
  const bool done = inside_->peer_closed && inside_->outbox->queued_bytes() == 0;
  const bool expects_more = inside_->outbox->ending() && !inside_->at_end && !done;
  std::vector<char> thrown_away(expects_more ? 4096 : 0);
  std::size_t total = 0;
  while (!thrown_away.empty() && total < kSocketLingerBytes) {
    auto [error, size] = co_await socket.async_read_some(asio::buffer(thrown_away), kAwait);
    if (error) break;
    total += size;
  }
  cut();
}

void WebSocket::send(FramePtr frame) { inside_->outbox->push(std::move(frame)); }

std::size_t WebSocket::queued_bytes() const { return inside_->outbox->queued_bytes(); }

void WebSocket::close(CloseCode code, std::string reason) {
  if (inside_->outbox->ending()) return;
  // Who has not read for a minute is told so before what still waits.
  if (code == CloseCode::no_progress) inside_->outbox->drop_waiting();
  inside_->outbox->end(close_frame(code, reason));
  inside_->ended(static_cast<std::uint16_t>(code), std::move(reason), false);
  inside_->owner.closing();
}

void WebSocket::cut() {
  inside_->ended(ConnectionEnd::kLost, "cut", false);
  inside_->outbox->cut();
}

bool WebSocket::ending() const { return inside_->end.has_value() || inside_->outbox->ending(); }

const ConnectionEnd& WebSocket::end() const {
  static const ConnectionEnd lost;
  return inside_->end ? *inside_->end : lost;
}

SteadyTime WebSocket::last_read() const { return inside_->stream.next_layer().last_read(); }
SteadyTime WebSocket::last_push() const { return inside_->outbox->last_push(); }
SteadyTime WebSocket::last_progress() const { return inside_->outbox->last_progress(); }

}  // namespace coterie
