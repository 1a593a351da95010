#include "server/net/forwarded.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "server/net/gate.hpp"
#include "server/net/http_head.hpp"

namespace coterie {
namespace {

namespace ip = boost::asio::ip;
using boost::beast::iequals;

std::optional<ip::address> read_address(std::string_view text) {
  if (text.size() > 64 || text.find('%') != std::string_view::npos) return std::nullopt;
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  }
  return address;
}

std::string bytes_of(const ip::address& address) {
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    return std::string(bytes.begin(), bytes.end());
  }
  const auto bytes = address.to_v6().to_bytes();
  return std::string(bytes.begin(), bytes.end());
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711". Empty: another thing.
std::string node_address(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return {};
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return {};
    const std::string_view inside = text.substr(1, end - 1);
    return inside.find(':') == std::string_view::npos ? std::string() : plain_address(inside);
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    return is_port(text.substr(colon + 1)) ? plain_address(text.substr(0, colon)) : std::string();
  }
  return plain_address(text);
}

// The parts of a header that a separator divides, but not within quotes.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == separator && !quoted) {
      parts.push_back(trim(text.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  parts.push_back(trim(text.substr(std::min(begin, text.size()))));
  return parts;
}

// Of one element of Forwarded; empty: not there.
std::string member_of(std::string_view element, std::string_view name) {
  for (const std::string_view pair : split(element, ';')) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || !iequals(trim(pair.substr(0, equals)), name)) continue;
    std::string_view value = trim(pair.substr(equals + 1));
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::string(value);
    value = value.substr(1, value.size() - 2);
    std::string plain;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i] == '\\' && i + 1 < value.size()) ++i;
      plain += value[i];
    }
    return plain;
  }
  return {};
}

// All values of a header as one list: a proxy may add a line of its own or go on with the one that is there.
std::vector<std::string_view> list_of(const HttpHead& head, std::string_view name) {
  std::vector<std::string_view> all;
  for (const HttpHeader& header : head.headers) {
    if (!iequals(header.name, name)) continue;
    for (const std::string_view part : split(header.value, ',')) all.push_back(part);
  }
  return all;
}

// From the nearest hop back, as far as listed proxies vouch.
void walk_back(const std::vector<std::string>& hops, const TrustedProxies& proxies, Caller& caller) {
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    if (hop->empty()) {
      caller.vague = true;
      return;
    }
    caller.address = *hop;
    if (!proxies.includes(*hop)) return;
  }
}

void set_scheme(Caller& caller, std::string_view scheme) {
  if (iequals(scheme, "https") || iequals(scheme, "wss")) caller.secure = true;
  if (iequals(scheme, "http") || iequals(scheme, "ws")) caller.secure = false;
}

constexpr std::string_view kForwarding[] = {"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto",
                                            "X-Forwarded-Host", "X-Real-IP"};

}  // namespace

std::string plain_address(std::string_view text) {
  const std::optional<ip::address> address = read_address(text);
  return address ? address->to_string() : std::string();
}

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& texts) {
  TrustedProxies proxies;
  for (const std::string& text : texts) {
    const std::size_t slash = text.find('/');
    const std::optional<ip::address> address = read_address(std::string_view(text).substr(0, slash));
    Network network;
    if (address) network.bytes = bytes_of(*address);
    const auto most = static_cast<unsigned>(network.bytes.size() * 8);
    network.bits = most;
    bool good = address.has_value();
    if (slash != std::string::npos) {
      const char* const end = text.data() + text.size();
      const auto [rest, failed] = std::from_chars(text.data() + slash + 1, end, network.bits);
      good = good && failed == std::errc() && rest == end && network.bits <= most;
    }
    if (!good) {
      Error error;
      error.code = ErrorCode::bad_request;
      error.message =
          "a trusted proxy is an address or a network, for example 127.0.0.1, 10.0.0.0/8 or "
          "fd00::/8; this is neither: " +
          text;
      return error;
    }
    proxies.networks_.push_back(std::move(network));
  }
  return proxies;
}

bool TrustedProxies::includes(std::string_view address) const {
  if (networks_.empty()) return false;
  const std::optional<ip::address> read = read_address(address);
  if (!read) return false;
  const std::string bytes = bytes_of(*read);
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    if (network.bytes.size() != bytes.size()) return false;
    for (unsigned bit = 0; bit < network.bits; bit += 8) {
      const unsigned count = std::min(8U, network.bits - bit);
      const auto mask = static_cast<unsigned char>(0xff00U >> count);
      const auto mine = static_cast<unsigned char>(network.bytes[bit / 8]);
      if (((mine ^ static_cast<unsigned char>(bytes[bit / 8])) & mask) != 0) return false;
    }
    return true;
  });
}

Caller caller_of(const HttpHead& head, const std::string& peer, bool secure, const TrustedProxies& proxies) {
  Caller caller;
  caller.address = peer;
  caller.secure = secure;
  if (!proxies.includes(peer)) return caller;
  std::vector<std::string> hops;
  for (const std::string_view hop : list_of(head, "X-Forwarded-For")) hops.push_back(node_address(hop));
  const std::vector<std::string_view> elements = list_of(head, "Forwarded");
  // Where both stand there, the older one is what the proxies in use write; the other may be the client's.
  if (hops.empty()) {
    for (const std::string_view element : elements) hops.push_back(node_address(member_of(element, "for")));
    if (!elements.empty()) {
      set_scheme(caller, member_of(elements.back(), "proto"));
      caller.host = member_of(elements.back(), "host");
    }
  }
  const std::vector<std::string_view> schemes = list_of(head, "X-Forwarded-Proto");
  const std::vector<std::string_view> hosts = list_of(head, "X-Forwarded-Host");
  if (elements.empty() || head.count("X-Forwarded-For") != 0) {
    if (!schemes.empty()) set_scheme(caller, schemes.back());
    if (!hosts.empty()) caller.host = hosts.back();
  }
  if (!is_host(caller.host)) caller.host.clear();
  caller.forwarded = !hops.empty();
  walk_back(hops, proxies, caller);
  return caller;
}

void drop_forwarding_headers(std::vector<HttpHeader>& headers) {
  std::erase_if(headers, [](const HttpHeader& header) {
    return std::any_of(std::begin(kForwarding), std::end(kForwarding),
                       [&](std::string_view name) { return iequals(header.name, name); });
  });
}

}  // namespace coterie
