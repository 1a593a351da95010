#include "server/net/gate.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <charconv>
#include <optional>

#include "server/net/cross_origin.hpp"
#include "server/net/origin.hpp"
#include "server/net/url_text.hpp"

namespace coterie {
namespace {

using boost::beast::iequals;
using Refused = std::optional<HttpRefusal>;

constexpr std::string_view kSocketPath = "/ws";
constexpr std::string_view kEventsPath = "/events";

HttpRefusal refuse(int status, std::string code, std::string message, std::vector<HttpHeader> headers = {}) {
  return {status, std::move(code), std::move(message), std::move(headers)};
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Of a connection that stays, and is told what happens.
bool is_handshake(const HttpHead& head) {
  return head.path() == kSocketPath || percent_decode(head.path()) == kEventsPath ||
         head.lists("Upgrade", "websocket");
}

Refused check_form(const HttpHead& head) {
  if (head.count("Host") != 1 || !is_host(*head.find("Host"))) {
    return refuse(400, "bad_request", "Send exactly one Host header, with the name you were given.");
  }
  const std::size_t lengths = head.count("Content-Length");
  if (head.count("Transfer-Encoding") != 0) {
    if (lengths != 0)
      return refuse(400, "bad_request", "Content-Length and Transfer-Encoding exclude each other.");
    return refuse(501, "bad_request",
                  "Send the body with a Content-Length: no Transfer-Encoding is understood.");
  }
  if (lengths > 1 || (lengths == 1 && !is_digits(*head.find("Content-Length")))) {
    return refuse(400, "bad_request", "Send one Content-Length, in digits.");
  }
  constexpr std::array<std::string_view, 7> kMethods{"GET",   "HEAD",   "POST",   "PUT",
                                                     "PATCH", "DELETE", "OPTIONS"};
  if (std::find(kMethods.begin(), kMethods.end(), head.method) == kMethods.end()) {
    return refuse(405, "bad_request", "This method is not served.",
                  {{"Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"}});
  }
  if (has_token(head.query())) {
    return refuse(400, "token_in_url",
                  "A token never stands in a URL: send it in hello or as Authorization: Bearer.");
  }
  return std::nullopt;
}

// 16 bytes are 22 characters and two of padding; the last character carries 4 bits that must be 0.
bool is_socket_key(std::string_view key) {
  if (key.size() != 24 || !key.ends_with("==")) return false;
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (const char c : key.substr(0, 22)) {
    if (kDigits.find(c) == std::string_view::npos) return false;
  }
  return kDigits.find(key[21]) % 16 == 0;
}

GateDecision check_handshake(const HttpHead& head) {
  if (head.method != "GET") {
    return refuse(405, "bad_request", "A WebSocket is opened with GET.", {{"Allow", "GET"}});
  }
  if (!head.lists("Upgrade", "websocket") || !head.lists("Connection", "upgrade")) {
    return refuse(426, "bad_request", "This path speaks WebSocket.",
                  {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}});
  }
  const std::string* const length = head.find("Content-Length");
  if (length != nullptr && *length != "0") return refuse(400, "bad_request", "A handshake has no body.");
  if (head.count("Sec-WebSocket-Version") != 1 || *head.find("Sec-WebSocket-Version") != "13") {
    return refuse(426, "bad_request", "Speak version 13 of the WebSocket protocol.",
                  {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}});
  }
  if (head.count("Sec-WebSocket-Key") != 1 || !is_socket_key(*head.find("Sec-WebSocket-Key"))) {
    return refuse(400, "bad_request", "Send one Sec-WebSocket-Key: 16 random bytes in base64.");
  }
  if (!head.lists("Sec-WebSocket-Protocol", kSubprotocol)) {
    return refuse(400, "bad_request", "Ask for the subprotocol coterie.v1.");
  }
  return UpgradeToWebSocket{*head.find("Sec-WebSocket-Key")};
}

// A media type without its parameters, of which only charset=utf-8 is let through.
bool is_json(std::string_view type) {
  const std::size_t end = std::min(type.find(';'), type.size());
  std::string_view media = type.substr(0, end);
  while (media.ends_with(' ')) media.remove_suffix(1);
  if (!iequals(media, "application/json") && !iequals(media, "application/merge-patch+json")) return false;
  std::string_view parameter = type.substr(end);
  if (parameter.empty()) return true;
  parameter.remove_prefix(parameter.find_first_not_of("; \t") == std::string_view::npos
                              ? parameter.size()
                              : parameter.find_first_not_of("; \t"));
  return parameter.empty() || iequals(parameter, "charset=utf-8") || iequals(parameter, "charset=\"utf-8\"");
}

GateDecision check_request(const HttpHead& head, const GateRules& rules) {
  ServeHttp serve;
  serve.keep_alive = !head.lists("Connection", "close");
  if (const std::string* length = head.find("Content-Length")) {
    const char* const end = length->data() + length->size();
    const auto parsed = std::from_chars(length->data(), end, serve.body_bytes);
    if (parsed.ec != std::errc() || serve.body_bytes > rules.body_bytes) {
      return refuse(413, "too_large",
                    "The body is too large: at most " + std::to_string(rules.body_bytes) + " bytes.");
    }
  }
  if (const std::string* expect = head.find("Expect")) {
    if (!iequals(*expect, "100-continue"))
      return refuse(417, "bad_request", "Only 100-continue can be expected.");
    serve.expects_continue = serve.body_bytes != 0;
  }
  const bool changes = head.method == "POST" || head.method == "PUT" || head.method == "PATCH" ||
                       (head.method == "DELETE" && serve.body_bytes != 0);
  if (changes && (head.count("Content-Type") != 1 || !is_json(*head.find("Content-Type")))) {
    return refuse(415, "bad_request",
                  "Send the body as application/json (a merge patch as application/merge-patch+json).");
  }
  return serve;
}

}  // namespace

bool is_loopback_host(std::string_view host) {
  if (host.starts_with('[')) return host.starts_with("[::1]");
  const std::string_view name = host.substr(0, host.find(':'));
  if (iequals(name, "localhost")) return true;
  return name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_host(std::string_view text) {
  std::size_t end = 0;
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const std::string_view inside = text.substr(1, end - 1);
    if (inside.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
    ++end;
  } else {
    end = std::min(text.find(':'), text.size());
    if (end == 0) return false;
    for (const char c : text.substr(0, end)) {
      const bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (!word && c != '-' && c != '.' && c != '_') return false;
    }
  }
  if (end == text.size()) return true;
  const std::string_view port = text.substr(end + 1);
  return text[end] == ':' && is_digits(port) && port.size() <= 5;
}

GateDecision pass_gate(const HttpHead& head, const GateRules& rules, const Reached& reached) {
  // What else the browser of a strange page sends, without asking leave, has no token and no JSON with it.
  const bool asks_leave = is_handshake(head) || is_preflight(head.method, head.headers);
  if (asks_leave && page_origin(head, rules, reached) == PageOrigin::strange) {
    return refuse(403, "forbidden", "Pages of this origin may not connect.");
  }
  if (Refused refused = check_form(head)) return *refused;
  if (rules.own_names_only && !is_loopback_host(*head.find("Host"))) {
    return refuse(
        421, "forbidden",
        "With --dev the server answers to localhost, 127.0.0.1 and [::1] only: to another name a page "
        "of elsewhere could have sent you here.");
  }
  if (head.path() == kSocketPath) return check_handshake(head);
  return check_request(head, rules);
}

HttpRefusal too_many_from_there() {
  return {429, "limit", "Too many connections from this address.", {{"Retry-After", "5"}}};
}

}  // namespace coterie
