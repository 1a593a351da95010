// One encoded frame, immutable and shared by all who are sent it: messages joined by newlines, and in front
// of them the ready header of a WebSocket text frame, so that a room's turn leaves as one buffer for every
// subscriber. Thread: loop; immutable.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace coterie {

class Frame;
using FramePtr = std::shared_ptr<const Frame>;

class Frame {
 public:
  std::string_view payload() const;  // the messages
  std::string_view bytes() const;    // header and payload: RFC 6455 section 5.2, FIN, text, unmasked

 private:
  friend class FrameBuilder;
  std::string buffer_;
  std::size_t begin_ = 0;  // of the header
  std::size_t payload_ = 0;
};

// Collects messages; the header's room is kept free in front, so that nothing is moved at the end.
// What is added may itself be several messages joined by newlines.
class FrameBuilder {
 public:
  FrameBuilder();
  void reserve(std::size_t payload_bytes);
  std::size_t add(
      std::string_view message);  // a newline goes between two; returns where it begins in the payload
  void add(std::string_view head, std::string_view middle,
           std::string_view tail);  // one message of three parts
  bool empty() const;
  std::size_t size() const;  // of the payload so far
  FramePtr finish();         // the builder is empty again
 private:
  std::string buffer_;
};

}  // namespace coterie
