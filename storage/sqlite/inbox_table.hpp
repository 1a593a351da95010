// The tables `conflict`, `notification` and `announcement`. Reads come from one moment, whoever asks; writes
// stand in the transaction of their batch. Thread: its database's. Laws 2, 6.
#pragma once

#include "storage/inbox.hpp"
#include "storage/sqlite/database.hpp"

namespace coterie {

class InboxTable final : public InboxStore {
 public:
  // Null: the database is not open now; every question is answered `unavailable`.
  explicit InboxTable(Database* database) : database_(database) {}

  Result<std::optional<StoredConflict>> conflict(ConflictId id) override;
  Result<ConflictPage> conflicts(const ConflictQuery& query) override;
  Result<NotificationPage> notifications(const NotificationQuery& query) override;
  Result<std::vector<Announcement>> announcements(Timestamp now) override;
  Result<std::optional<StoredConflict>> conflict_of(const UserId& user, const MutationId& id) override;
  Result<std::uint64_t> open_conflicts() override;
  Result<std::uint64_t> unread(const UserId& user) override;

  Result<void> write(const InboxChanges& changes);  // within a transaction

 private:
  Result<void> write(const StoredConflict& conflict);
  Result<void> write(const NotificationsRead& read);
  Result<void> write(const StoredNotification& stored);
  Result<void> write(const Announcement& announcement);
  Result<void> forget_conflicts(Timestamp now);
  Result<void> forget_notifications(const UserId& user, Timestamp now);

  Database* database_;
};

}  // namespace coterie
