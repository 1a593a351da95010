#include "server/net/entity_tag.hpp"

#include <algorithm>

namespace coterie {
namespace {

std::string_view opaque(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  return tag;
}

// The next tag of the list, taken off it; empty: there is none that can be read.
std::string_view take_tag(std::string_view& list) {
  list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
  const std::size_t open = list.starts_with("W/") ? 2 : 0;
  if (open >= list.size() || list[open] != '"') return {};
  const std::size_t close = list.find('"', open + 1);
  if (close == std::string_view::npos) return {};
  const std::string_view tag = list.substr(0, close + 1);
  list.remove_prefix(close + 1);
  return tag;
}

}  // namespace

bool names_etag(std::string_view if_none_match, std::string_view etag) {
  if (if_none_match == "*") return true;
  for (auto tag = take_tag(if_none_match); !tag.empty(); tag = take_tag(if_none_match)) {
    if (opaque(tag) == opaque(etag)) return true;
  }
  return false;
}

}  // namespace coterie
