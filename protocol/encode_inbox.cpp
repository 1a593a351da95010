// The conflict inbox, notifications and announcements: members first, then the envelopes around them.

#include "protocol/encode_inbox.hpp"

#include "protocol/encode.hpp"
#include "protocol/encode_parts.hpp"
#include "protocol/time_text.hpp"

namespace coterie {
namespace {

void append_entry_members(ObjectWriter& writer, const ConflictEntry& entry) {
  writer.integer("conflictId", entry.id.value());
  writer.plain("state", to_text(entry.state));
  writer.plain("op", to_text(entry.operation));
  writer.text("userId", entry.user_id.value());
  writer.plain("storedAt", to_text(entry.stored_at));
  if (entry.assignee) writer.text("assignee", entry.assignee->value());
  if (!entry.decision) return;
  writer.plain("resolution", to_text(entry.decision->resolution));
  writer.text("decidedBy", entry.decision->by.value());
  writer.plain("decidedAt", to_text(entry.decision->at));
  writer.integer("version", entry.decision->version.value());
}

// As it stands in a list: what a conflict's own members would tell of it stands beside.
void append_listed(std::string& out, const ConflictEntry& entry) {
  ObjectWriter writer(out);
  append_entry_members(writer, entry);
  writer.text("mutationId", entry.mutation_id.value());
  append_key(writer, entry.key);
  writer.integer("baseVersion", entry.base_version.value());
  writer.json("fields", entry.fields);
  writer.close();
}

void append_notification_members(ObjectWriter& writer, const Notification& notification) {
  writer.integer("notificationId", notification.id.value());
  writer.plain("kind", to_text(notification.kind));
  if (notification.key) append_key(writer, *notification.key);
  if (notification.version != Version{}) writer.integer("version", notification.version.value());
  writer.list("fields", notification.fields,
              [&](const FieldPath& path) { write_json(writer.out(), std::string_view(path.text())); });
  writer.text("userId", notification.user_id.value());
  writer.plain("timestamp", to_text(notification.timestamp));
  if (!notification.details.empty()) write_json(writer.member("details"), notification.details);
  if (notification.read_at) writer.plain("readAt", to_text(*notification.read_at));
}

void append_announcement_members(ObjectWriter& writer, const ShownAnnouncement& shown) {
  const Announcement& announcement = shown.announcement;
  writer.integer("announcementId", announcement.id.value());
  writer.text("text", announcement.text);
  writer.plain("severity", to_text(announcement.severity));
  writer.text("userId", announcement.user_id.value());
  writer.plain("timestamp", to_text(announcement.timestamp));
  writer.integer("ttlMs", whole_ms(shown.ttl));
}

// A cursor of these lists is the number that the next page begins behind.
template <class Id>
void append_cursor(ObjectWriter& writer, const std::optional<Id>& next) {
  if (next) writer.plain("cursor", std::to_string(next->value()));
}

void append_members(std::string& out, const ConflictPage& message) {
  ObjectWriter writer(out, true);
  writer.list("conflicts", message.conflicts, [&](const ConflictEntry& entry) { append_listed(out, entry); });
  append_cursor(writer, message.next);
  writer.integer("open", message.open);
}

void append_members(std::string& out, const ConflictShown& message) {
  ObjectWriter writer(out, true);
  append_entry_members(writer, message.entry);
  writer.json("ops", message.ops);
  out += ',';
  append_conflict_members(out, message.conflict);
}

void append_members(std::string& out, const Assigned& message) {
  ObjectWriter writer(out, true);
  writer.integer("conflictId", message.id.value());
  if (message.assignee) {
    writer.text("assignee", message.assignee->value());
  } else {
    writer.null("assignee");
  }
}

void append_members(std::string& out, const NotificationPage& message) {
  ObjectWriter writer(out, true);
  writer.list("notifications", message.notifications, [&](const Notification& notification) {
    ObjectWriter item(out);
    append_notification_members(item, notification);
    item.close();
  });
  append_cursor(writer, message.next);
  writer.integer("unread", message.unread);
}

void append_members(std::string& out, const MarkedRead& message) {
  ObjectWriter(out, true).integer("unread", message.unread);
}

void append_members(std::string& out, const Announced& message) {
  ObjectWriter writer(out, true);
  writer.integer("announcementId", message.id.value());
  writer.integer("ttlMs", whole_ms(message.ttl));
}

void append_members(std::string& out, const Withdrawn& message) {
  ObjectWriter(out, true).integer("announcementId", message.id.value());
}

void append_members(std::string& out, const Announcements& message) {
  ObjectWriter writer(out, true);
  writer.list("announcements", message.announcements, [&](const ShownAnnouncement& shown) {
    ObjectWriter item(out);
    append_announcement_members(item, shown);
    item.close();
  });
}

template <class Message>
std::string answer(RequestId id, std::string_view type, const Message& message) {
  std::string out;
  begin_answer(out, id.value(), type);
  out += ',';
  append_members(out, message);
  out += '}';
  return out;
}

template <class Message>
std::string body_of(const Message& message) {
  std::string out = "{";
  append_members(out, message);
  out += '}';
  return out;
}

}  // namespace

std::string encode(RequestId id, const ConflictPage& message) { return answer(id, "conflicts", message); }
std::string encode(RequestId id, const ConflictShown& message) {
  return answer(id, "storedConflict", message);
}
std::string encode(RequestId id, const Assigned& message) { return answer(id, "assigned", message); }
std::string encode(RequestId id, const NotificationPage& message) {
  return answer(id, "notifications", message);
}
std::string encode(RequestId id, const MarkedRead& message) { return answer(id, "ok", message); }
std::string encode(RequestId id, const Announced& message) { return answer(id, "announced", message); }
std::string encode(RequestId id, const Withdrawn& message) { return answer(id, "withdrawn", message); }
std::string encode(RequestId id, const Announcements& message) {
  return answer(id, "announcements", message);
}

std::string members_of(const ConflictPage& message) { return body_of(message); }
std::string members_of(const ConflictShown& message) { return body_of(message); }
std::string members_of(const Assigned& message) { return body_of(message); }
std::string members_of(const NotificationPage& message) { return body_of(message); }
std::string members_of(const MarkedRead& message) { return body_of(message); }
std::string members_of(const Announced& message) { return body_of(message); }
std::string members_of(const Withdrawn& message) { return body_of(message); }
std::string members_of(const Announcements& message) { return body_of(message); }

std::string encode(const Notification& message) {
  std::string out;
  ObjectWriter writer(out);
  writer.plain("type", "notification");
  append_notification_members(writer, message);
  writer.close();
  return out;
}

std::string encode(const ShownAnnouncement& message) {
  std::string out;
  ObjectWriter writer(out);
  writer.plain("type", "announcement");
  append_announcement_members(writer, message);
  writer.close();
  return out;
}

std::string encode(const WithdrawnAnnouncement& message) {
  std::string out;
  ObjectWriter writer(out);
  writer.plain("type", "announcement");
  writer.integer("announcementId", message.id.value());
  writer.boolean("withdrawn", true);
  writer.close();
  return out;
}

}  // namespace coterie
