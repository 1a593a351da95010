#include "protocol/notices.hpp"

namespace coterie {

std::string_view to_text(NotificationKind kind) {
  switch (kind) {
    case NotificationKind::overwritten:
      return "overwritten";
    case NotificationKind::lock_taken:
      return "lockTaken";
    case NotificationKind::conflict_decided:
      return "conflictDecided";
    case NotificationKind::conflict_assigned:
      return "conflictAssigned";
  }
  return "unknown";
}

std::optional<NotificationKind> notification_kind_from_text(std::string_view text) {
  for (const auto kind : {NotificationKind::overwritten, NotificationKind::lock_taken,
                          NotificationKind::conflict_decided, NotificationKind::conflict_assigned})
    if (to_text(kind) == text) return kind;
  return std::nullopt;
}

std::string_view to_text(Severity severity) { return severity == Severity::warning ? "warning" : "info"; }

std::optional<Severity> severity_from_text(std::string_view text) {
  for (const auto severity : {Severity::info, Severity::warning})
    if (to_text(severity) == text) return severity;
  return std::nullopt;
}

}  // namespace coterie
