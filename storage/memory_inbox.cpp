#include "storage/memory_inbox.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace coterie {
namespace {

bool wanted(const ConflictQuery& query, const ConflictEntry& entry) {
  return (!query.state || entry.state == *query.state) && (!query.type || entry.key.type == *query.type) &&
         (!query.id || entry.key.id == *query.id) && (!query.assignee || entry.assignee == query.assignee) &&
         (!query.before || entry.id < *query.before);
}

}  // namespace

Result<std::optional<StoredConflict>> MemoryInbox::conflict(ConflictId id) {
  const auto found = conflicts_.find(id);
  if (found == conflicts_.end()) return std::nullopt;
  return found->second;
}

Result<ConflictPage> MemoryInbox::conflicts(const ConflictQuery& query) {
  ConflictPage page;
  page.open = *open_conflicts();
  PageRoom room(query.limit, query.most_bytes);
  for (auto at = conflicts_.rbegin(); at != conflicts_.rend(); ++at) {
    if (!wanted(query, at->second.entry)) continue;
    if (!room.take(at->second.entry)) {
      page.next = page.conflicts.back().id;
      break;
    }
    page.conflicts.push_back(at->second.entry);
  }
  return page;
}

Result<NotificationPage> MemoryInbox::notifications(const NotificationQuery& query) {
  NotificationPage page;
  page.unread = *unread(query.user);
  PageRoom room(query.limit, query.most_bytes);
  for (auto at = notifications_.rbegin(); at != notifications_.rend(); ++at) {
    const auto& [user, notification] = at->second;
    if (user != query.user || (query.unread && notification.read_at)) continue;
    if (query.before && notification.id >= *query.before) continue;
    if (!room.take(notification)) {
      page.next = page.notifications.back().id;
      break;
    }
    page.notifications.push_back(notification);
  }
  return page;
}

Result<std::vector<Announcement>> MemoryInbox::announcements(Timestamp now) {
  std::vector<Announcement> live;
  for (const auto& [id, announcement] : announcements_) {
    if (announcement.expires_at > now) live.push_back(announcement);
  }
  return live;
}

Result<std::optional<StoredConflict>> MemoryInbox::conflict_of(const UserId& user, const MutationId& id) {
  for (const auto& [number, conflict] : conflicts_) {
    if (conflict.entry.user_id == user && conflict.entry.mutation_id == id) return conflict;
  }
  return std::nullopt;
}

Result<std::uint64_t> MemoryInbox::open_conflicts() {
  return static_cast<std::uint64_t>(std::count_if(conflicts_.begin(), conflicts_.end(), [](const auto& one) {
    return one.second.entry.state == ConflictState::open;
  }));
}

Result<std::uint64_t> MemoryInbox::unread(const UserId& user) {
  return static_cast<std::uint64_t>(std::count_if(
      notifications_.begin(), notifications_.end(),
      [&](const auto& one) { return one.second.user == user && !one.second.notification.read_at; }));
}

const char* MemoryInbox::check(const InboxChanges& changes) const {
  std::set<std::pair<UserId, MutationId>> kept;
  for (const StoredConflict& conflict : changes.conflicts) {
    const ConflictEntry& entry = conflict.entry;
    const bool twice = std::any_of(conflicts_.begin(), conflicts_.end(), [&](const auto& one) {
      const ConflictEntry& other = one.second.entry;
      return other.user_id == entry.user_id && other.mutation_id == entry.mutation_id && other.id != entry.id;
    });
    if (twice || !kept.emplace(entry.user_id, entry.mutation_id).second) return "a conflict is stored twice";
  }
  for (const StoredNotification& one : changes.notifications) {
    if (notifications_.contains(one.notification.id)) return "a notification's number is given twice";
  }
  for (const Announcement& one : changes.announcements) {
    if (announcements_.contains(one.id)) return "an announcement's number is given twice";
  }
  return nullptr;
}

void MemoryInbox::apply(const InboxChanges& changes) {
  for (const StoredConflict& conflict : changes.conflicts) put(conflict);
  if (!changes.conflicts.empty()) forget_conflicts(moment_of(changes.conflicts));
  for (const NotificationsRead& read : changes.read) mark(read);
  for (const StoredNotification& notification : changes.notifications) add(notification);
  for (const Announcement& announcement : changes.announcements) add(announcement);
  for (const AnnouncementId id : changes.withdrawn) announcements_.erase(id);
}

void MemoryInbox::put(const StoredConflict& conflict) {
  const auto [found, is_new] = conflicts_.emplace(conflict.entry.id, conflict);
  found->second.added = false;
  if (!is_new) {
    found->second.entry.state = conflict.entry.state;
    found->second.entry.assignee = conflict.entry.assignee;
    found->second.entry.decision = conflict.entry.decision;
  }
}

void MemoryInbox::forget_conflicts(Timestamp now) {
  std::vector<std::pair<Timestamp, ConflictId>> closed;
  for (const auto& [id, conflict] : conflicts_) {
    if (conflict.entry.decision) closed.emplace_back(conflict.entry.decision->at, id);
  }
  std::sort(closed.begin(), closed.end());
  std::size_t forgotten = 0;
  for (const auto& [at, id] : closed) {
    const bool old = at < now - kClosedKept && forgotten < kForgottenAtOnce;
    if (!old && closed.size() - forgotten <= kClosedConflictsKept) break;
    conflicts_.erase(id);
    ++forgotten;
  }
}

void MemoryInbox::mark(const NotificationsRead& read) {
  for (auto& [id, one] : notifications_) {
    const bool named =
        read.up_to ? id <= *read.up_to : std::find(read.ids.begin(), read.ids.end(), id) != read.ids.end();
    if (named && one.user == read.user && !one.notification.read_at) one.notification.read_at = read.at;
  }
}

void MemoryInbox::add(const StoredNotification& notification) {
  notifications_.emplace(notification.notification.id, notification);
  std::vector<NotificationId> own;
  for (const auto& [id, one] : notifications_) {
    if (one.user == notification.user) own.push_back(id);
  }
  for (std::size_t i = 0; i + kNotificationsKept < own.size(); ++i) notifications_.erase(own[i]);
  const Timestamp before = notification.notification.timestamp - kReadKept;
  std::size_t forgotten = 0;
  std::erase_if(notifications_, [&](const auto& one) {
    const auto& read_at = one.second.notification.read_at;
    return read_at && *read_at < before && forgotten++ < kForgottenAtOnce;
  });
}

void MemoryInbox::add(const Announcement& announcement) {
  std::erase_if(announcements_,
                [&](const auto& one) { return one.second.expires_at <= announcement.timestamp; });
  announcements_.emplace(announcement.id, announcement);
}

}  // namespace coterie
