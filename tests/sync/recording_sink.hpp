// A socket that records what it is given, and is as slow as the test wants.
#pragma once

#include <doctest/doctest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/sync/frame_sink.hpp"

namespace coterie::testing {

class RecordingSink final : public FrameSink {
 public:
  void send(FramePtr frame) override {
    if (stuck) queued_ += frame->bytes().size();
    frames.push_back(std::move(frame));
  }
  std::size_t queued_bytes() const override { return queued_; }
  void close(CloseCode code, std::string) override { closed = code; }

  void drain() {  // everything reaches the client; the owner is to call drained()
    stuck = false;
    queued_ = 0;
  }

  // The messages of one frame, of all since the last call.
  static std::vector<boost::json::object> messages(const Frame& frame) {
    std::vector<boost::json::object> read;
    std::string_view rest = frame.payload();
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      read.push_back(boost::json::parse(rest.substr(0, end)).as_object());
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return read;
  }
  std::vector<boost::json::object> take() {
    std::vector<boost::json::object> all;
    for (const FramePtr& frame : frames) {
      for (auto& message : messages(*frame)) all.push_back(std::move(message));
    }
    frames.clear();
    return all;
  }

  std::vector<FramePtr> frames;
  bool stuck = false;  // keeps what it is given
  std::optional<CloseCode> closed;

 private:
  std::size_t queued_ = 0;
};

// "event 5 Booking/1", "subscribed 7", "ping 3": enough to compare streams by. A snapshot of the locks and
// presence alone is "state 7".
inline std::string brief(const boost::json::object& message) {
  std::string text(message.at("type").as_string());
  if (text == "snapshot" && !message.contains("entities")) text = "state";
  if (const auto* seq = message.if_contains("seq"))
    text += " " + std::to_string(seq->to_number<std::uint64_t>());
  if (const auto* position = message.if_contains("position")) {
    text += " " + std::to_string(position->as_object().at("seq").to_number<std::uint64_t>());
  }
  if (const auto* code = message.if_contains("code")) text += " " + std::string(code->as_string());
  if (const auto* type = message.if_contains("entityType"); type && message.contains("entityId")) {
    text += " " + std::string(type->as_string()) + "/" + std::string(message.at("entityId").as_string());
  }
  return text;
}
inline std::vector<std::string> brief(const std::vector<boost::json::object>& messages) {
  std::vector<std::string> texts;
  for (const auto& message : messages) texts.push_back(brief(message));
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace coterie::testing
