#include "server/net/origin.hpp"

#include <algorithm>
#include <string>

namespace coterie {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_scheme(std::string_view text) {
  return !text.empty() && is_lower(text.front()) && std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

}  // namespace

std::string listed_origin(const HttpHead& head, const GateRules& rules) {
  if (head.count("Origin") != 1) return {};
  const std::string& origin = *head.find("Origin");
  const auto& listed = rules.allowed_origins;
  // Sandboxes and files of every kind call themselves null: it is no origin that could be listed.
  const bool is_listed = origin != "null" && std::find(listed.begin(), listed.end(), origin) != listed.end();
  return is_listed ? origin : std::string();
}

PageOrigin page_origin(const HttpHead& head, const GateRules& rules, const Reached& reached) {
  const std::size_t origins = head.count("Origin");
  if (origins == 0) return PageOrigin::none;
  if (origins != 1) return PageOrigin::strange;
  if (!listed_origin(head, rules).empty()) return PageOrigin::listed;
  const std::string& origin = *head.find("Origin");
  const auto ours = [&](const std::string& host) {
    return origin == (reached.secure ? "https://" : "http://") + host ? PageOrigin::own : PageOrigin::strange;
  };
  if (!reached.host.empty()) return ours(reached.host);
  const std::string* host = head.find("Host");
  if (host == nullptr || !is_host(*host)) return PageOrigin::strange;
  if (rules.loopback && !is_loopback_host(*host)) return PageOrigin::strange;
  return ours(*host);
}

bool is_origin(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || !is_scheme(text.substr(0, colon))) return false;
  const std::string_view scheme = text.substr(0, colon);
  const std::string_view host = text.substr(colon + 3);
  if (!is_host(host)) return false;
  if (std::any_of(host.begin(), host.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) return false;
  if (scheme == "http") return !host.ends_with(":80");
  if (scheme == "https") return !host.ends_with(":443");
  return true;
}

}  // namespace coterie
