// The inbox of the memory store: ordinary containers, as plain as they can be. Thread: its store's.
#pragma once

#include <map>

#include "storage/inbox.hpp"

namespace coterie {

class MemoryInbox final : public InboxStore {
 public:
  Result<std::optional<StoredConflict>> conflict(ConflictId id) override;
  Result<ConflictPage> conflicts(const ConflictQuery& query) override;
  Result<NotificationPage> notifications(const NotificationQuery& query) override;
  Result<std::vector<Announcement>> announcements(Timestamp now) override;
  Result<std::optional<StoredConflict>> conflict_of(const UserId& user, const MutationId& id) override;
  Result<std::uint64_t> open_conflicts() override;
  Result<std::uint64_t> unread(const UserId& user) override;

  const char* check(const InboxChanges& changes) const;  // what is wrong with them; null: nothing
  void apply(const InboxChanges& changes);

 private:
  void put(const StoredConflict& conflict);
  void mark(const NotificationsRead& read);
  void add(const StoredNotification& notification);
  void add(const Announcement& announcement);
  void forget_conflicts(Timestamp now);

  std::map<ConflictId, StoredConflict> conflicts_;
  std::map<NotificationId, StoredNotification> notifications_;
  std::map<AnnouncementId, Announcement> announcements_;
};

}  // namespace coterie
