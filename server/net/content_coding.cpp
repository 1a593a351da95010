#include "server/net/content_coding.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>

#include "server/net/http_head.hpp"

namespace coterie {
namespace {

using boost::beast::iequals;

constexpr int kMost = 1000;
constexpr int kUnspoken = -1;

// "0.25" is 250. What is no quality is 0: it was meant to be less than it would be without.
int quality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  int value = (text[0] - '0') * kMost;
  int unit = kMost / 10;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return 0;
    value += (c - '0') * unit;
    unit /= 10;
  }
  return std::min(value, kMost);
}

// "gzip;q=0.5", of which the parts may stand apart.
struct Choice {
  std::string_view coding;
  int weight = kMost;
};

Choice read_choice(std::string_view text) {
  Choice choice;
  const std::size_t semicolon = text.find(';');
  choice.coding = trim(text.substr(0, semicolon));
  if (iequals(choice.coding, "x-gzip")) choice.coding = "gzip";
  if (semicolon == std::string_view::npos) return choice;
  const std::string_view parameter = trim(text.substr(semicolon + 1));
  if (parameter.size() < 2 || !iequals(parameter.substr(0, 2), "q=")) return choice;
  choice.weight = quality(parameter.substr(2));
  return choice;
}

}  // namespace

int coding_weight(std::string_view accept_encoding, std::string_view coding) {
  int any = kUnspoken;
  while (!accept_encoding.empty()) {
    const std::size_t comma = std::min(accept_encoding.find(','), accept_encoding.size());
    const Choice choice = read_choice(accept_encoding.substr(0, comma));
    accept_encoding.remove_prefix(std::min(comma + 1, accept_encoding.size()));
    if (iequals(choice.coding, coding)) return choice.weight;
    if (choice.coding == "*") any = choice.weight;
  }
  if (coding == kIdentity) return any == 0 ? 0 : 1;
  return any == kUnspoken ? 0 : any;
}

}  // namespace coterie
