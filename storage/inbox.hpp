// What the store keeps besides records and their log: conflicts to be decided later, notifications until they
// are read, announcements until they expire. Changed by a group's Batch alone, and so durable with it; read
// through two faces like the store itself. All of it is bounded: what is too old or too much goes when
// something new comes. Thread: as the Store or Reader that it belongs to. Laws 2, 6.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/conflict_inbox.hpp"
#include "protocol/error.hpp"
#include "protocol/json.hpp"
#include "protocol/notices.hpp"

namespace coterie {

// What deciding heeds.
struct InboxLimits {
  std::uint64_t conflicts = 10'000;         // open ones; past it a conflict is answered without being stored
  std::size_t conflict_bytes = 256 * 1024;  // of one: its request and its documents as text
  std::uint64_t announcements = 100;        // live at a time
};

// What every store forgets by itself.
inline constexpr std::size_t kNotificationsKept = 1000;  // the newest of each user
inline constexpr std::size_t kClosedConflictsKept = 10'000;
inline constexpr std::chrono::milliseconds kReadKept = std::chrono::days{90};    // since it was read
inline constexpr std::chrono::milliseconds kClosedKept = std::chrono::days{90};  // since it was decided
inline constexpr std::size_t kForgottenAtOnce = 100;  // of old ones, at most, with each batch

struct StoredConflict {
  ConflictEntry entry;
  ContentHash content;  // of its mutation: the same id with other content is another
  Epoch epoch;          // of the history that its base versions are from
  std::string request;  // Mutation::to_store
  std::string body;     // JSON object: the members of the conflict as it was answered first
  bool added = false;   // by the group in the making; not stored
};

struct StoredNotification {
  UserId user;  // who is told
  Notification notification;
};

struct NotificationsRead {
  UserId user;
  std::vector<NotificationId> ids;
  std::optional<NotificationId> up_to;  // in place of ids
  Timestamp at;
};

inline constexpr std::size_t kMostFieldsTold = 50;            // of one notification; the rest are counted
inline constexpr std::size_t kMostFieldBytesTold = 4 * 1024;  // of their paths

// About how long each is on the wire.
inline std::size_t size_of(const ConflictEntry& entry) { return 400 + entry.fields.size(); }
inline std::size_t size_of(const Notification& notification) {
  std::size_t bytes = 400;
  for (const FieldPath& path : notification.fields) bytes += path.text().size() + 3;
  return bytes;
}

// Whether one more goes onto a page.
class PageRoom {
 public:
  PageRoom(std::size_t limit, std::size_t most_bytes) : left_(limit), bytes_left_(most_bytes) {}
  template <class Item>
  bool take(const Item& item) {
    const std::size_t bytes = size_of(item);
    if (left_ == 0 || (bytes > bytes_left_ && any_)) return false;
    any_ = true;
    --left_;
    bytes_left_ -= std::min(bytes, bytes_left_);
    return true;
  }

 private:
  std::size_t left_;
  std::size_t bytes_left_;
  bool any_ = false;
};

// One group's changes.
struct InboxChanges {
  std::vector<StoredConflict> conflicts;  // new ones, and those whose state or assignee is another now
  std::vector<NotificationsRead> read;    // of those before this group: nobody has seen what it adds
  std::vector<StoredNotification> notifications;  // new
  std::vector<Announcement> announcements;        // new
  std::vector<AnnouncementId> withdrawn;
  bool empty() const {
    return conflicts.empty() && read.empty() && notifications.empty() && announcements.empty() &&
           withdrawn.empty();
  }
};

// The moment of a group, as far as its conflicts tell it: what is old is measured from there. Not empty.
inline Timestamp moment_of(const std::vector<StoredConflict>& conflicts) {
  Timestamp latest{};
  for (const StoredConflict& conflict : conflicts) {
    const ConflictEntry& entry = conflict.entry;
    latest = std::max(latest, entry.decision ? entry.decision->at : entry.stored_at);
  }
  return latest;
}

// Newest first.
struct ConflictQuery {
  std::optional<ConflictState> state;
  std::optional<EntityType> type;
  std::optional<EntityId> id;
  std::optional<UserId> assignee;
  std::optional<ConflictId> before;
  std::size_t limit = 50;
  std::size_t most_bytes = 256 * 1024;  // the page ends early rather than grow past this; one always fits
};
struct NotificationQuery {
  UserId user;
  bool unread = true;
  std::optional<NotificationId> before;
  std::size_t limit = 50;
  std::size_t most_bytes = 256 * 1024;  // as above
};

class InboxReader {
 public:
  virtual ~InboxReader() = default;
  virtual Result<std::optional<StoredConflict>> conflict(ConflictId id) = 0;
  virtual Result<ConflictPage> conflicts(const ConflictQuery& query) = 0;
  virtual Result<NotificationPage> notifications(const NotificationQuery& query) = 0;
  virtual Result<std::vector<Announcement>> announcements(Timestamp now) = 0;  // live ones, oldest first
};

class InboxStore : public InboxReader {
 public:
  // Whatever its state: a mutation is kept once.
  virtual Result<std::optional<StoredConflict>> conflict_of(const UserId& user, const MutationId& id) = 0;
  virtual Result<std::uint64_t> open_conflicts() = 0;
  virtual Result<std::uint64_t> unread(const UserId& user) = 0;
};

}  // namespace coterie
