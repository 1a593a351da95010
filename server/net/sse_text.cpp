#include "server/net/sse_text.hpp"

#include <algorithm>

namespace coterie {

std::string sse_event(std::string_view payload, const SseFields& fields) {
  constexpr std::string_view kData = "data: ";
  constexpr std::size_t kFieldBytes = 64;
  const auto lines = static_cast<std::size_t>(std::count(payload.begin(), payload.end(), '\n')) + 1;
  std::string out;
  out.reserve(payload.size() + lines * (kData.size() + 1) + fields.id.size() + kFieldBytes);
  if (fields.retry) out += "retry: " + std::to_string(fields.retry->count()) + '\n';
  if (!fields.id.empty()) out += "id: " + fields.id + '\n';
  while (true) {
    const std::size_t end = std::min(payload.find('\n'), payload.size());
    out += kData;
    out += payload.substr(0, end);
    out += '\n';
    if (end == payload.size()) break;
    payload.remove_prefix(end + 1);
  }
  out += '\n';
  return out;
}

}  // namespace coterie
