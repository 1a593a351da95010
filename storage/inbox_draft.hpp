// The inbox as a group in the making has it: what the store holds, with the group's changes and those of this
// mutation laid over it. A view of a Draft, made where it is needed: any part of a group may tell somebody
// something by it, durable with the group. Thread: sequencer. Law 2.
#pragma once

#include <cstdint>
#include <optional>

#include "storage/draft.hpp"
#include "storage/inbox.hpp"

namespace coterie {

class InboxDraft {
 public:
  explicit InboxDraft(Draft& draft) : draft_(draft) {}

  // ---- reading ----
  Result<std::optional<StoredConflict>> conflict(ConflictId id);
  Result<std::optional<StoredConflict>> conflict_of(const UserId& user, const MutationId& id);
  Result<std::uint64_t> open_conflicts();  // before this mutation
  Result<std::vector<Announcement>> announcements(Timestamp now);

  // ---- changing: the mutation's layer. Numbers are given here, and kept or dropped with it ----
  Result<ConflictId> add_conflict(StoredConflict conflict);
  void change_conflict(StoredConflict conflict);
  // Puts a notification into the batch: pushed to the user once the group is durable, and kept until read.
  Result<void> notify(const UserId& user, Notification notification);
  Result<void> mark_read(NotificationsRead read);
  Result<AnnouncementId> announce(Announcement announcement);
  Result<void> withdraw(AnnouncementId id);
  // What changes rows alone draws this number, so that after a commit of unknown end it can be told whether
  // the batch is there.
  Result<void> number_change();

  void keep();  // for Draft::keep

 private:
  InboxChanges& layer() { return draft_.layer_.batch.inbox; }
  InboxChanges& group() { return draft_.group_.batch.inbox; }
  template <class Is>
  const StoredConflict* find(Is is);

  Draft& draft_;
};

}  // namespace coterie
