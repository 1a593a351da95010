#include "server/sync/frame.hpp"

#include <cstdint>
#include <utility>

namespace coterie {
namespace {

constexpr std::size_t kMostHeaderBytes = 10;  // an unmasked frame: two bytes, and eight of length at most
constexpr char kFinText = static_cast<char>(0x81);

// Writes the header so that it ends where the payload begins; returns where it starts.
std::size_t write_header(std::string& buffer, std::uint64_t payload_bytes) {
  int length_bytes = 0;
  if (payload_bytes > 65535) {
    length_bytes = 8;
  } else if (payload_bytes > 125) {
    length_bytes = 2;
  }
  const std::size_t begin = kMostHeaderBytes - 2 - static_cast<std::size_t>(length_bytes);
  buffer[begin] = kFinText;
  if (length_bytes == 0) {
    buffer[begin + 1] = static_cast<char>(payload_bytes);
    return begin;
  }
  buffer[begin + 1] = static_cast<char>(length_bytes == 2 ? 126 : 127);
  for (int i = 0; i < length_bytes; ++i) {
    const int shift = 8 * (length_bytes - 1 - i);
    buffer[begin + 2 + static_cast<std::size_t>(i)] = static_cast<char>((payload_bytes >> shift) & 0xff);
  }
  return begin;
}

}  // namespace

std::string_view Frame::payload() const { return std::string_view(buffer_).substr(payload_); }
std::string_view Frame::bytes() const { return std::string_view(buffer_).substr(begin_); }

FrameBuilder::FrameBuilder() : buffer_(kMostHeaderBytes, '\0') {}

void FrameBuilder::reserve(std::size_t payload_bytes) { buffer_.reserve(kMostHeaderBytes + payload_bytes); }

std::size_t FrameBuilder::add(std::string_view message) {
  if (!empty()) buffer_ += '\n';
  const std::size_t begin = size();
  buffer_ += message;
  return begin;
}

void FrameBuilder::add(std::string_view head, std::string_view middle, std::string_view tail) {
  add(head);
  buffer_ += middle;
  buffer_ += tail;
}

bool FrameBuilder::empty() const { return buffer_.size() == kMostHeaderBytes; }
std::size_t FrameBuilder::size() const { return buffer_.size() - kMostHeaderBytes; }

FramePtr FrameBuilder::finish() {
  auto frame = std::make_shared<Frame>();
  frame->begin_ = write_header(buffer_, size());
  frame->payload_ = kMostHeaderBytes;
  frame->buffer_ = std::move(buffer_);
  buffer_.assign(kMostHeaderBytes, '\0');
  return frame;
}

}  // namespace coterie
