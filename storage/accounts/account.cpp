#include "storage/accounts/account.hpp"

#include <array>
#include <utility>

namespace coterie {
namespace {

constexpr std::array<std::pair<ActivityKind, std::string_view>, 13> kKinds{{
    {ActivityKind::signed_in, "signed_in"},
    {ActivityKind::sign_in_refused, "sign_in_refused"},
    {ActivityKind::signed_out, "signed_out"},
    {ActivityKind::token_reused, "token_reused"},
    {ActivityKind::session_ended, "session_ended"},
    {ActivityKind::user_added, "user_added"},
    {ActivityKind::user_changed, "user_changed"},
    {ActivityKind::password_changed, "password_changed"},
    {ActivityKind::connection_ended, "connection_ended"},
    {ActivityKind::lock_released, "lock_released"},
    {ActivityKind::exported, "exported"},
    {ActivityKind::configured, "configured"},
    {ActivityKind::rules_changed, "rules_changed"},
}};

}  // namespace

std::string_view to_text(ActivityKind kind) {
  for (const auto& [known, text] : kKinds) {
    if (known == kind) return text;
  }
  return "";
}

std::optional<ActivityKind> activity_kind_from_text(std::string_view text) {
  for (const auto& [kind, known] : kKinds) {
    if (known == text) return kind;
  }
  return std::nullopt;
}

}  // namespace coterie
