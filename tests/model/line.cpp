#include "tests/model/line.hpp"

#include <utility>

namespace coterie::model {

void Line::send(FramePtr frame) {
  if (broken_ || code_) return;
  const bool was_drained = drained_;
  queued_bytes_ += frame->bytes().size();
  queue_.push_back(std::move(frame));
  pump();
  drained_ = was_drained;  // told only of what had to wait
}

void Line::pump() {
  const bool waited = !queue_.empty();
  while (!queue_.empty()) {
    const std::size_t size = queue_.front()->bytes().size();
    if (!kernel_.empty() && in_kernel_ + size > kernel_bytes_) return;
    in_kernel_ += size;
    queued_bytes_ -= size;
    kernel_.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  if (waited) drained_ = true;
}

void Line::close(CloseCode code, std::string) {
  if (!code_) code_ = code;
}

bool Line::take_drained() { return std::exchange(drained_, false) && queue_.empty(); }

std::optional<std::string> Line::next_request() {
  if (up_.empty()) return std::nullopt;
  std::string text = std::move(up_.front());
  up_.pop_front();
  return text;
}

FramePtr Line::read() {
  if (kernel_.empty()) return nullptr;
  FramePtr frame = std::move(kernel_.front());
  kernel_.pop_front();
  in_kernel_ -= frame->bytes().size();
  pump();
  return frame;
}

std::optional<CloseCode> Line::closed() const {
  return kernel_.empty() && queue_.empty() ? code_ : std::nullopt;
}

void Line::snap() {
  broken_ = true;
  up_.clear();
  kernel_.clear();
  queue_.clear();
  queued_bytes_ = 0;
}

}  // namespace coterie::model
