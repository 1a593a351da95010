// A frame as one event of a text/event-stream (WHATWG HTML, section "Server-sent events"): each message of it
// on a `data` line of its own, so that who parses it gets the frame's text back. Thread: any; pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace coterie {

struct SseFields {
  std::string id;  // what the client sends back as Last-Event-ID; empty: the last one stays
  std::optional<std::chrono::milliseconds> retry;  // when to come back after the connection has gone
};

std::string sse_event(std::string_view payload, const SseFields& fields);

}  // namespace coterie
