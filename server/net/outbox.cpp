#include "server/net/outbox.hpp"

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <utility>

namespace coterie {
namespace {

constexpr std::size_t kPiecesInWrite = 64;
constexpr std::size_t kKeptPieces = 16;  // of an empty queue's storage

}  // namespace

Outbox::Outbox(PeerSocket socket, NetState& net, std::function<void()> drained)
    : socket_(std::move(socket)),
      net_(net),
      drained_(std::move(drained)),
      last_push_(net.now),
      last_progress_(net.now) {}

Outbox::~Outbox() { forget_queue(); }

void Outbox::push(FramePtr frame) { push(Piece{std::move(frame), {}}); }

void Outbox::push(std::string bytes) { push(Piece{nullptr, std::move(bytes)}); }

void Outbox::end(std::string bytes) {
  if (state_ != State::open) return;
  push(std::move(bytes));
  if (state_ != State::open) return;
  state_ = State::ending;
  after_write();
}

void Outbox::push(Piece piece) {
  if (state_ != State::open) return;
  last_push_ = net_.now;
  const std::string_view bytes = piece.bytes();
  std::size_t taken = 0;
  if (queued_bytes_ == 0) {
    last_progress_ = net_.now;  // only what is queued can be stuck
    taken = write_now(bytes);
    if (taken == bytes.size() || state_ == State::ended) return;
    offset_ = taken;
  }
  queued_bytes_ += bytes.size() - taken;
  net_.queued_bytes += bytes.size() - taken;
  queue_.push_back(std::move(piece));
  wait();
}

std::size_t Outbox::write_now(std::string_view bytes) {
  const WriteStep step = socket_.write(bytes);
  if (step.failed) fail();
  return step.bytes;
}

void Outbox::write_queue() {
  while (queued_bytes_ != 0) {
    std::array<iovec, kPiecesInWrite> parts{};
    std::size_t count = 0;
    for (std::size_t i = first_; i < queue_.size() && count < parts.size(); ++i, ++count) {
      const std::string_view bytes = queue_[i].bytes().substr(i == first_ ? offset_ : 0);
      parts[count] = {const_cast<char*>(bytes.data()), bytes.size()};
    }
    const WriteStep step = socket_.write(std::span(parts).first(count));
    if (step.failed) return fail();
    if (step.bytes == 0) return;
    last_progress_ = net_.now;
    queued_bytes_ -= step.bytes;
    net_.queued_bytes -= step.bytes;
    offset_ += step.bytes;
    while (first_ < queue_.size() && offset_ >= queue_[first_].bytes().size()) {
      offset_ -= queue_[first_].bytes().size();
      queue_[first_++] = {};  // lets go of the frame
    }
  }
}

void Outbox::wait() {
  if (waiting_ || state_ == State::ended) return;
  waiting_ = true;
  socket_.async_wait(TcpSocket::wait_write, [weak = weak_from_this()](boost::system::error_code error) {
    const std::shared_ptr<Outbox> self = weak.lock();
    if (!self) return;
    self->waiting_ = false;
    if (error || self->state_ == State::ended) return;
    self->write_queue();
    self->after_write();
    // Somebody may wait for room in a queue that has just gone.
    if (self->state_ == State::ended && self->drained_) self->drained_();
  });
}

void Outbox::after_write() {
  if (state_ == State::ended) return;
  if (queued_bytes_ != 0) {
    // The front of the queue is forgotten now and then, so that a session that never quite drains does not
    // grow.
    if (first_ > kPiecesInWrite && first_ * 2 > queue_.size()) {
      queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    wait();
    return;
  }
  const bool had_queue = !queue_.empty();
  queue_.clear();
  if (queue_.capacity() > kKeptPieces) queue_.shrink_to_fit();
  first_ = 0;
  offset_ = 0;
  if (state_ == State::ending) {
    // The other side reads to the end; then it answers, and its reading side ends ours.
    if (!socket_.shutdown_send()) return wait();
    state_ = State::ended;
  } else if (had_queue && drained_) {
    drained_();
  }
}

void Outbox::drop_waiting() {
  // Of a piece that TLS has begun to encrypt the rest must follow too.
  const bool begun = offset_ != 0 || socket_.unfinished() != 0;
  const std::size_t keep = std::min(first_ + (begun ? 1 : 0), queue_.size());
  for (std::size_t i = keep; i < queue_.size(); ++i) {
    queued_bytes_ -= queue_[i].bytes().size();
    net_.queued_bytes -= queue_[i].bytes().size();
  }
  queue_.resize(keep);
}

void Outbox::cut() {
  state_ = State::ended;
  forget_queue();
  socket_.close();
}

void Outbox::forget_queue() {
  net_.queued_bytes -= queued_bytes_;
  queued_bytes_ = 0;
  queue_.clear();
}

void Outbox::fail() {
  state_ = State::ended;
  forget_queue();
  // Not closed here: who reads from the socket finds it at its end, and ends the session in its own time.
  socket_.shutdown_both();
}

}  // namespace coterie
