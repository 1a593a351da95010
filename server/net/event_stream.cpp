#include "server/net/event_stream.hpp"

#include <netinet/tcp.h>

#include <array>
#include <utility>

#include "protocol/encode.hpp"
#include "protocol/json.hpp"
#include "server/net/sse_text.hpp"
#include "server/sync/subscriber.hpp"

namespace coterie {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostRead = 64 * 1024;  // nothing is to come; who says more than this is cut

// When to come back, as the range of the close code says.
Goodbye goodbye_of(CloseCode code, std::string reason) {
  const auto number = static_cast<std::uint16_t>(code);
  const bool at_once = number >= 4200 && number < 4300;
  return {code, std::move(reason), at_once ? 0ms : 1000ms, at_once ? 1000ms : 5000ms};
}

}  // namespace

EventStream::EventStream(PeerSocket socket, NetState& net, SinkOwner& owner)
    : outbox_(std::make_shared<Outbox>(std::move(socket), net, [this] { owner_.drained(); })),
      owner_(owner) {}

void EventStream::begin(std::string head) { outbox_->push(std::move(head)); }

void EventStream::tell_place_of(const Subscriber* subscriber, const std::string& epoch) {
  subscriber_ = subscriber;
  epoch_.clear();
  write_json(epoch_, epoch);
}

std::string EventStream::place() const {
  const std::optional<Seq> seq = subscriber_ ? subscriber_->resume_point() : std::nullopt;
  if (!seq) return {};
  std::string place = R"({"epoch":)" + epoch_ + R"(,"seq":)" + std::to_string(seq->value());
  if (const std::string& rights = subscriber_->rights(); !rights.empty()) {
    place += R"(,"rights":)";
    write_json(place, rights);
  }
  return place += '}';
}

Awaitable<void> EventStream::watch() {
  std::array<char, 256> thrown_away;
  std::size_t total = 0;
  while (total < kMostRead) {
    auto [error, size] = co_await outbox_->socket().async_read_some(asio::buffer(thrown_away), kAwait);
    if (error) {
      if (!end_) end_ = ConnectionEnd{ConnectionEnd::kLost, error.message(), true};
      break;
    }
    total += size;
  }
  cut();
}

void EventStream::send(FramePtr frame) { outbox_->push(sse_event(frame->payload(), {place(), {}})); }

void EventStream::close(CloseCode code, std::string reason) { close(goodbye_of(code, std::move(reason))); }

void EventStream::close(const Goodbye& goodbye) {
  if (ending()) return;
  // Who has not read for a minute is told so before what still waits.
  if (goodbye.code == CloseCode::no_progress) outbox_->drop_waiting();
  end_ = ConnectionEnd{static_cast<std::uint16_t>(goodbye.code), goodbye.reason, false};
  outbox_->end(sse_event(encode(goodbye), {{}, goodbye.retry_least}));
  owner_.closing();
}

void EventStream::cut() {
  if (!end_) end_ = ConnectionEnd{ConnectionEnd::kLost, "cut", false};
  outbox_->cut();
}

// A client that vanished says nothing, here as ever: only that it acknowledges nothing tells it apart.
bool EventStream::is_lost(std::chrono::milliseconds silence) const {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(outbox_->socket().native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
  return info.tcpi_unacked != 0 && std::chrono::milliseconds(info.tcpi_last_ack_recv) >= silence;
}

const ConnectionEnd& EventStream::end() const {
  static const ConnectionEnd lost;
  return end_ ? *end_ : lost;
}

}  // namespace coterie
