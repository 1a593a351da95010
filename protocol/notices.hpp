// What people are told besides the changes themselves: notifications, to one user and kept until they are
// read, and announcements, to everyone and kept until they expire. Thread: any; values.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/field_path.hpp"
#include "protocol/types.hpp"

namespace coterie {

inline constexpr std::size_t kMaxAnnouncementBytes = 1024;
inline constexpr std::chrono::milliseconds kAnnouncementTtl{3'600'000};
inline constexpr std::chrono::milliseconds kLeastAnnouncementTtl{1000};
inline constexpr std::chrono::milliseconds kMostAnnouncementTtl{30LL * 24 * 3600 * 1000};
inline constexpr std::size_t kMaxMarkedAtOnce = 1000;  // notifications named in one markRead

// On the wire overwritten, lockTaken, conflictDecided, conflictAssigned.
enum class NotificationKind { overwritten, lock_taken, conflict_decided, conflict_assigned };
std::string_view to_text(NotificationKind kind);
std::optional<NotificationKind> notification_kind_from_text(std::string_view text);

struct Notification {
  NotificationId id;
  NotificationKind kind{};
  std::optional<EntityKey> key;
  Version version;  // 0: of no version in particular
  std::vector<FieldPath> fields;
  UserId user_id;  // who did it
  Timestamp timestamp;
  boost::json::object details;  // what this kind tells besides
  std::optional<Timestamp> read_at;
};

enum class Severity { info, warning };
std::string_view to_text(Severity severity);
std::optional<Severity> severity_from_text(std::string_view text);

struct Announcement {
  AnnouncementId id;
  std::string text;
  Severity severity{};
  UserId user_id;
  Timestamp timestamp;
  Timestamp expires_at;
};

// ---- requests ----

struct ListNotifications {
  bool unread = true;  // false: those that were read too
  std::optional<std::size_t> limit;
  std::optional<NotificationId> before;  // the cursor: newest first, on from here
};
struct MarkRead {  // either the one or the other
  std::vector<NotificationId> ids;
  std::optional<NotificationId> up_to;
};
struct Announce {
  std::string text;
  Severity severity{};
  std::chrono::milliseconds ttl = kAnnouncementTtl;
};
struct Withdraw {
  AnnouncementId id;
};
struct ListAnnouncements {};

// ---- answers and pushes ----

struct NotificationPage {  // "notifications"
  std::vector<Notification> notifications;
  std::optional<NotificationId> next;
  std::uint64_t unread = 0;  // of all there are
};
struct MarkedRead {  // "ok"
  std::uint64_t unread = 0;
};
struct Announced {
  AnnouncementId id;
  std::chrono::milliseconds ttl{0};
};
struct Withdrawn {
  AnnouncementId id;
};

struct ShownAnnouncement {  // the push "announcement"
  Announcement announcement;
  std::chrono::milliseconds ttl{0};  // that is left
};
struct WithdrawnAnnouncement {  // the push "announcement" that takes one back
  AnnouncementId id;
};
struct Announcements {
  std::vector<ShownAnnouncement> announcements;
};

}  // namespace coterie
