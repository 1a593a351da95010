// What the routes of administrators share.
#include "server/net/routes_admin.hpp"

#include <algorithm>
#include <charconv>

#include "server/net/account_answer.hpp"
#include "server/net/request_query.hpp"

namespace coterie {

std::string parameter_of(const HttpCall& call, std::string_view name) {
  for (const auto& [known, value] : call.query) {
    if (known == name) return value;
  }
  return {};
}

Result<std::size_t> limit_of(const HttpCall& call) {
  constexpr std::size_t kUsual = 100;
  constexpr std::size_t kMost = 1000;
  const std::string text = parameter_of(call, "limit");
  if (text.empty()) return kUsual;
  std::size_t limit = 0;
  const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (failed != std::errc() || rest != text.data() + text.size() || limit == 0) {
    return bad_parameter("limit", "This parameter takes a whole number, 1 or more.");
  }
  return std::min(limit, kMost);
}

void note_activity(AdminParts& parts, const HttpCall& call, ActivityKind kind, const std::string& subject,
                   const std::string& detail) {
  parts.desk.note({kind, call.author.user, subject, detail, origin_of(call), parts.now()});
}

}  // namespace coterie
