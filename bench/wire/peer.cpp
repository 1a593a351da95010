#include "bench/wire/peer.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace bench {
namespace {

// What stands in a document besides what an edit changes: with 200 bytes of change it has 500.
constexpr std::size_t kUnchangedBytes = 260;

// No two bodies share a value: what an edit leaves as it was would not be in its event.
std::string body(long number, long nanos, std::size_t size) {
  std::string text = fmt::format(R"("t":{},"pad":"{} )", nanos, number);
  const std::size_t rest = size > text.size() + 1 ? size - text.size() - 1 : 0;
  return text + std::string(rest, 'x') + '"';
}

class Plain : public Peer {
 public:
  std::string join(int /*documents*/) const override { return client_frame("sub"); }
  std::string prepare(int /*documents*/) const override { return client_frame("pub"); }
  std::string publish(long number, long nanos, std::size_t size, int /*documents*/) const override {
    return client_frame("{" + body(number, nanos, size) + "}");
  }
};

// `reader`: whom the subscribers sign in as. Their own are all documents.
class Coterie : public Peer {
 public:
  explicit Coterie(std::string_view reader = "reader") : reader_(reader) {}
  std::string metrics_path() const override { return "/metrics"; }
  std::string opening(int port) const override {
    return fmt::format(
        "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: coterie.v1\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        port);
  }
  std::string join(int /*documents*/) const override {
    return client_frame(
        hello(reader_) + "\n" +
        R"({"id":2,"type":"subscribe","subscription":1,"entityType":"Bench","snapshot":false})");
  }
  std::string prepare(int documents) const override {
    std::string out = client_frame(hello("writer"));
    for (int i = 0; i < documents; ++i) {
      out += client_frame(fmt::format(
          R"({{"id":{},"type":"mutate","mutationId":"{}","ops":[{{"op":"create","entityType":"Bench","entityId":"d{}","data":{{"kind":"bench","owner":"reader","text":"{}","pad":""}}}}]}})",
          10 + i, fmt::format("c-{}", i), i, std::string(kUnchangedBytes, 'u')));
    }
    return out;
  }
  std::string publish(long number, long nanos, std::size_t size, int documents) const override {
    return client_frame(fmt::format(
        R"({{"id":{},"type":"mutate","mutationId":"{}","ops":[{{"op":"update","entityType":"Bench","entityId":"d{}","guard":{{"kind":"bench"}},"set":{{{}}}}}]}})",
        100000 + number, fmt::format("m-{}-{}", nanos, number), number % documents,
        body(number, nanos, size)));
  }

 private:
  std::string_view reader_;
  static std::string hello(std::string_view user) {
    return fmt::format(R"({{"id":1,"type":"hello","token":"dev:{}","clientId":"bench","subscriptions":[]}})",
                       user);
  }
};

class SocketIo : public Peer {
 public:
  std::string opening(int port) const override {
    return fmt::format(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
        "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        port);
  }
  std::string join(int /*documents*/) const override { return client_frame("40"); }
  std::string prepare(int /*documents*/) const override { return client_frame("40"); }
  std::string publish(long number, long nanos, std::size_t size, int /*documents*/) const override {
    return client_frame("42[\"publish\",{" + body(number, nanos, size) + "}]");
  }
};

class Nats : public Peer {
 public:
  std::string opening(int /*port*/) const override {
    return "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nPING\r\n";
  }
  bool opened(std::string& in) const override {
    const auto end = in.find("PONG\r\n");
    if (end == std::string::npos) return false;
    in.erase(0, end + 6);
    return true;
  }
  std::string join(int /*documents*/) const override { return "SUB bench 1\r\n"; }
  std::string prepare(int /*documents*/) const override { return {}; }
  std::string publish(long number, long nanos, std::size_t size, int /*documents*/) const override {
    const std::string text = "{" + body(number, nanos, size) + "}";
    return fmt::format("PUB bench {}\r\n{}\r\n", text.size(), text);
  }
};

class ShareDb : public Peer {
 public:
  std::string join(int documents) const override {
    std::string out = client_frame(R"({"a":"hs","id":null,"protocol":1,"protocolMinor":2})");
    for (int i = 0; i < documents; ++i)
      out += client_frame(fmt::format(R"({{"a":"s","c":"bench","d":"d{}"}})", i));
    return out;
  }
  std::string prepare(int documents) const override {
    std::string out = client_frame(R"({"a":"hs","id":null,"protocol":1,"protocolMinor":2})");
    for (int i = 0; i < documents; ++i) {
      out += client_frame(fmt::format(
          R"({{"a":"op","c":"bench","d":"d{}","v":0,"seq":{},"x":{{}},"create":{{"type":"http://sharejs.org/types/JSONv0","data":{{}}}}}})",
          i, i + 1));
    }
    return out;
  }
  std::string publish(long number, long nanos, std::size_t size, int documents) const override {
    // Without a version the operation goes onto whatever stands there.
    return client_frame(fmt::format(
        R"({{"a":"op","c":"bench","d":"d{}","v":null,"seq":{},"x":{{}},"op":[{{"p":["v"],"oi":{{{}}}}}]}})",
        number % documents, documents + number + 1, body(number, nanos, size)));
  }
};

}  // namespace

std::string client_frame(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 14);
  out.push_back(static_cast<char>(0x81));
  if (text.size() < 126) {
    out.push_back(static_cast<char>(0x80U | text.size()));
  } else if (text.size() < 65536) {
    out.push_back(static_cast<char>(0x80U | 126U));
    out.push_back(static_cast<char>(text.size() >> 8U));
    out.push_back(static_cast<char>(text.size() & 0xFFU));
  } else {
    throw std::runtime_error("a benchmark message is under 64 KiB");
  }
  out.append(4, '\0');
  out += text;
  return out;
}

std::string Peer::opening(int port) const {
  return fmt::format(
      "GET / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      port);
}

bool Peer::opened(std::string& in) const {
  const auto end = in.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  if (in.find(" 101 ") > end)
    throw std::runtime_error("the server refused the upgrade: " + in.substr(0, end));
  in.erase(0, end + 4);
  return true;
}

std::unique_ptr<Peer> make_peer(std::string_view protocol) {
  if (protocol == "floor" || protocol == "ws") return std::make_unique<Plain>();
  if (protocol == "coterie") return std::make_unique<Coterie>();
  if (protocol == "coterie-staff") return std::make_unique<Coterie>("reader:staff");
  if (protocol == "socketio") return std::make_unique<SocketIo>();
  if (protocol == "nats") return std::make_unique<Nats>();
  if (protocol == "sharedb") return std::make_unique<ShareDb>();
  throw std::runtime_error(fmt::format(
      "unknown protocol {}; known: floor, ws, coterie, coterie-staff, socketio, nats, sharedb", protocol));
}

}  // namespace bench
