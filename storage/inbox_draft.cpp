#include "storage/inbox_draft.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace coterie {
namespace {

constexpr std::size_t kRowBytes = 200;  // what a row costs besides its texts

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

void put(std::vector<StoredConflict>& conflicts, StoredConflict conflict) {
  const auto found = std::find_if(conflicts.begin(), conflicts.end(), [&](const StoredConflict& one) {
    return one.entry.id == conflict.entry.id;
  });
  if (found == conflicts.end()) {
    conflicts.push_back(std::move(conflict));
  } else {
    *found = std::move(conflict);
  }
}

// What a notification tells is bounded: the fields past that are told by their number.
void shorten_fields(Notification& notification) {
  std::size_t told = 0;
  std::size_t bytes = 0;
  for (const FieldPath& path : notification.fields) {
    bytes += path.text().size();
    if (told == kMostFieldsTold || bytes > kMostFieldBytesTold) break;
    ++told;
  }
  if (told == notification.fields.size()) return;
  notification.details["moreFields"] = notification.fields.size() - told;
  notification.fields.resize(told);
}

}  // namespace

template <class Is>
const StoredConflict* InboxDraft::find(Is is) {
  for (std::vector<StoredConflict>* const changed : {&layer().conflicts, &group().conflicts}) {
    const auto found = std::find_if(changed->begin(), changed->end(), is);
    if (found != changed->end()) return &*found;
  }
  return nullptr;
}

Result<std::optional<StoredConflict>> InboxDraft::conflict(ConflictId id) {
  if (const auto* found = find([&](const StoredConflict& one) { return one.entry.id == id; })) return *found;
  return draft_.store_.inbox().conflict(id);
}

Result<std::optional<StoredConflict>> InboxDraft::conflict_of(const UserId& user, const MutationId& id) {
  const auto* found = find(
      [&](const StoredConflict& one) { return one.entry.user_id == user && one.entry.mutation_id == id; });
  if (found != nullptr) return *found;
  return draft_.store_.inbox().conflict_of(user, id);
}

// Those of the store, counted once for a group, and what the group has made of them. Only open ones change.
Result<std::uint64_t> InboxDraft::open_conflicts() {
  if (!draft_.stored_open_) {
    const Result<std::uint64_t> stored = draft_.store_.inbox().open_conflicts();
    if (!stored) return stored.error();
    draft_.stored_open_ = *stored;
  }
  std::uint64_t open = *draft_.stored_open_;
  for (const StoredConflict& one : group().conflicts) {
    const bool is_open = one.entry.state == ConflictState::open;
    if (one.added && is_open) ++open;
    if (!one.added && !is_open) --open;
  }
  return open;
}

Result<std::vector<Announcement>> InboxDraft::announcements(Timestamp now) {
  Result<std::vector<Announcement>> live = draft_.store_.inbox().announcements(now);
  if (!live) return live;
  for (const InboxChanges* const changes : {&group(), &layer()}) {
    live->insert(live->end(), changes->announcements.begin(), changes->announcements.end());
    for (const AnnouncementId id : changes->withdrawn) {
      std::erase_if(*live, [&](const Announcement& one) { return one.id == id; });
    }
  }
  return live;
}

Result<ConflictId> InboxDraft::add_conflict(StoredConflict conflict) {
  const Result<std::uint64_t> number = draft_.next_number("conflict");
  if (!number) return number.error();
  const ConflictId id{*number};
  conflict.entry.id = id;
  conflict.added = true;
  draft_.layer_.bytes += kRowBytes + conflict.request.size() + conflict.body.size();
  layer().conflicts.push_back(std::move(conflict));
  return id;
}

void InboxDraft::change_conflict(StoredConflict conflict) {
  draft_.layer_.bytes += kRowBytes;
  put(layer().conflicts, std::move(conflict));
}

Result<void> InboxDraft::notify(const UserId& user, Notification notification) {
  const Result<std::uint64_t> number = draft_.next_number("notification");
  if (!number) return number.error();
  notification.id = NotificationId{*number};
  shorten_fields(notification);
  draft_.layer_.bytes += kRowBytes;
  layer().notifications.push_back(StoredNotification{user, std::move(notification)});
  return {};
}

Result<void> InboxDraft::mark_read(NotificationsRead read) {
  layer().read.push_back(std::move(read));
  return number_change();
}

Result<AnnouncementId> InboxDraft::announce(Announcement announcement) {
  const Result<std::uint64_t> number = draft_.next_number("announcement");
  if (!number) return number.error();
  announcement.id = AnnouncementId{*number};
  const AnnouncementId id = announcement.id;
  draft_.layer_.bytes += kRowBytes + announcement.text.size();
  layer().announcements.push_back(std::move(announcement));
  return id;
}

Result<void> InboxDraft::withdraw(AnnouncementId id) {
  layer().withdrawn.push_back(id);
  return number_change();
}

Result<void> InboxDraft::number_change() {
  const Result<std::uint64_t> number = draft_.next_number("inbox");
  if (!number) return number.error();
  return {};
}

void InboxDraft::keep() {
  for (StoredConflict& conflict : layer().conflicts) put(group().conflicts, std::move(conflict));
  append(group().read, layer().read);
  append(group().notifications, layer().notifications);
  append(group().announcements, layer().announcements);
  append(group().withdrawn, layer().withdrawn);
}

}  // namespace coterie
