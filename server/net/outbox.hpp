// What is on its way to one socket, in whole pieces: ready frames shared with other sessions, and the few
// bytes that Beast writes for itself (the handshake's answer, pongs, a close). Each piece leaves whole, so
// that frames never interleave. A piece is tried at once with one call; what the socket does not take stays
// as a reference and an offset, and one wait for writability is under way as long as something stays.
//
//   open ── end(close frame) ──▶ ending ── all written ──▶ ended (our side of the connection is shut)
//     └───────────── the socket fails, or cut() ─────────▶ ended
//
// Thread: loop. Laws 6, 7.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/asio_types.hpp"
#include "server/net/net_state.hpp"
#include "server/net/peer_socket.hpp"
#include "server/sync/frame.hpp"

namespace coterie {

class Outbox : public std::enable_shared_from_this<Outbox> {
 public:
  // `drained` is called from the loop, never from within a push, each time the queue has become empty again.
  Outbox(PeerSocket socket, NetState& net, std::function<void()> drained);
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  void push(FramePtr frame);
  void push(std::string bytes);
  // The last piece; what is pushed afterwards is dropped.
  void end(std::string bytes);
  // Drops the pieces of which nothing was written yet: nobody is reading them.
  void drop_waiting();
  void cut();  // closes the socket now; its reader ends with an error

  std::size_t queued_bytes() const { return queued_bytes_; }
  bool ending() const { return state_ != State::open; }
  SteadyTime last_push() const { return last_push_; }
  SteadyTime last_progress() const { return last_progress_; }  // when the socket last took something
  PeerSocket& socket() { return socket_; }

 private:
  enum class State { open, ending, ended };
  struct Piece {
    FramePtr frame;  // or
    std::string copied;
    std::string_view bytes() const { return frame ? frame->bytes() : std::string_view(copied); }
  };

  void push(Piece piece);
  std::size_t write_now(std::string_view bytes);  // how much the socket took
  void write_queue();
  void wait();
  void after_write();
  void forget_queue();
  void fail();

  PeerSocket socket_;
  NetState& net_;
  std::function<void()> drained_;
  std::vector<Piece> queue_;  // a vector: it costs nothing while it is empty, as it nearly always is
  std::size_t first_ = 0;     // the first of the queue not written whole
  std::size_t offset_ = 0;    // within it
  std::size_t queued_bytes_ = 0;
  SteadyTime last_push_{};
  SteadyTime last_progress_{};
  State state_ = State::open;
  bool waiting_ = false;
};

}  // namespace coterie
