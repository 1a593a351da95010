// The reading end of a text/event-stream, as the WHATWG specification reads one, and single requests beside
// it: both by hand over a raw socket.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/support/raw_socket.hpp"

namespace coterie {

struct RawRequest {
  std::string method = "GET";
  std::string target = "/";
  std::string user = "ann";  // of --dev; empty: none is named
  std::map<std::string, std::string> headers = {};
  std::string body = {};

  std::string text() const {
    std::string out = method + ' ' + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    if (!user.empty()) out += "Authorization: Bearer dev:" + user + "\r\n";
    if (!body.empty()) out += "Content-Type: application/json\r\n";
    if (!body.empty()) out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    for (const auto& [name, value] : headers) out += name + ": " + value + "\r\n";
    return out + "\r\n" + body;
  }
};

struct RawReply {
  int status = 0;
  std::string head;
  std::string body;
};

// One request on a connection of its own.
inline RawReply exchange(std::uint16_t port, RawRequest request) {
  request.headers["Connection"] = "close";
  RawSocket socket(port);
  socket.send(request.text());
  RawReply reply;
  reply.head = socket.receive_until("\r\n\r\n");
  if (reply.head.size() < 12) throw std::runtime_error("no answer: " + reply.head);
  reply.status = std::stoi(reply.head.substr(9, 3));
  reply.body = socket.receive_all();
  return reply;
}

class EventReader {
 public:
  struct Event {
    std::string id;  // the last one that came with this event or before it
    std::string data;
  };

  EventReader(std::uint16_t port, const RawRequest& request, int receive_buffer = 0)
      : socket(port, receive_buffer) {
    socket.send(request.text());
    head = socket.receive_until("\r\n\r\n");
  }

  // The next event that has data. Nothing: the end, or nothing came for the socket's patience.
  std::optional<Event> next() {
    std::string data;
    while (true) {
      const std::string line = socket.receive_until("\n");
      if (!line.ends_with('\n')) return std::nullopt;  // an event that was cut off is none
      const std::string_view text = std::string_view(line).substr(0, line.size() - 1);
      if (text.empty()) {
        if (data.empty()) continue;
        data.pop_back();
        return Event{last_id, data};
      }
      const std::size_t colon = text.find(':');
      const std::string_view field = text.substr(0, colon);
      std::string_view value = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
      if (value.starts_with(' ')) value.remove_prefix(1);
      if (field == "data") data += std::string(value) + '\n';
      if (field == "id") last_id = value;
      if (field == "retry") retry = value;
    }
  }

  RawSocket socket;
  std::string head;
  std::string last_id;
  std::string retry;
};

}  // namespace coterie
