// One simulated connection, both directions: what the server queues, what the kernel holds of it, what the
// client has not read yet; and the client's lines on their way up. It can be narrow, it can be slow, and when
// it breaks, everything in flight is lost. Thread: loop.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "server/sync/frame_sink.hpp"

namespace coterie::model {

class Line final : public FrameSink {
 public:
  explicit Line(std::size_t kernel_bytes) : kernel_bytes_(kernel_bytes) {}

  // ---- the server's end ----
  void send(FramePtr frame) override;
  std::size_t queued_bytes() const override { return queued_bytes_; }
  void close(CloseCode code, std::string reason) override;
  bool ending() const { return code_.has_value(); }
  bool broken() const { return broken_; }
  bool take_drained();  // whether the queue has become empty since the last time
  std::optional<std::string> next_request();
  bool has_request() const { return !broken_ && !up_.empty(); }

  // ---- the client's end ----
  void request(std::string text) { up_.push_back(std::move(text)); }
  FramePtr read();  // null: nothing there now
  bool readable() const { return !broken_ && !kernel_.empty(); }
  std::optional<CloseCode> closed() const;  // once all that was sent is read
  void snap();                              // either side is gone; what was in flight is lost

 private:
  void pump();

  std::size_t kernel_bytes_;
  std::deque<FramePtr> queue_;
  std::size_t queued_bytes_ = 0;
  std::deque<FramePtr> kernel_;
  std::size_t in_kernel_ = 0;
  std::deque<std::string> up_;
  std::optional<CloseCode> code_;
  bool drained_ = false;
  bool broken_ = false;
};

}  // namespace coterie::model
