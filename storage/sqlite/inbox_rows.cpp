#include "storage/sqlite/inbox_rows.hpp"

#include <utility>

#include "protocol/json.hpp"
#include "storage/sqlite/rows.hpp"
#include "storage/stored_json.hpp"

namespace coterie {

ConflictEntry read_conflict_entry(const Query& row) {
  ConflictEntry entry;
  entry.id = ConflictId{row.number(0)};
  entry.state = static_cast<ConflictState>(row.integer(1));
  entry.key = {EntityType{std::string(row.text(2))}, EntityId{std::string(row.text(3))}};
  entry.operation = static_cast<OperationKind>(row.integer(4));
  entry.user_id = UserId{std::string(row.text(5))};
  entry.mutation_id = MutationId{std::string(row.text(6))};
  entry.stored_at = time_of(row.integer(7));
  entry.base_version = Version{row.number(8)};
  entry.fields = row.text(9);
  if (!row.is_null(10)) entry.assignee = UserId{std::string(row.text(10))};
  if (!row.is_null(12)) {
    entry.decision = ConflictDecision{UserId{std::string(row.text(11))}, time_of(row.integer(12)),
                                      static_cast<ResolutionKind>(row.integer(13)), Version{row.number(14)}};
  }
  return entry;
}

StoredConflict read_conflict(const Query& row) {
  StoredConflict conflict;
  conflict.entry = read_conflict_entry(row);
  conflict.content = ContentHash{row.number(15), row.number(16)};
  conflict.request = row.text(17);
  conflict.body = row.text(18);
  conflict.epoch = Epoch{std::string(row.text(19))};
  return conflict;
}

Result<Notification> read_notification(const Query& row) {
  Notification notification;
  notification.id = NotificationId{row.number(0)};
  notification.kind = notification_kind_from_text(row.text(1)).value_or(NotificationKind::overwritten);
  if (!row.is_null(2)) {
    notification.key = EntityKey{EntityType{std::string(row.text(2))}, EntityId{std::string(row.text(3))}};
  }
  notification.version = Version{row.number(4)};
  Result<std::vector<FieldPath>> fields = parse_stored_paths(row.text(5));
  if (!fields) return fields.error();
  notification.fields = std::move(*fields);
  notification.user_id = UserId{std::string(row.text(6))};
  notification.timestamp = time_of(row.integer(7));
  Result<boost::json::object> details = parse_stored_object(row.text(8));
  if (!details) return details.error();
  notification.details = std::move(*details);
  if (!row.is_null(9)) notification.read_at = time_of(row.integer(9));
  return notification;
}

Announcement read_announcement(const Query& row) {
  Announcement announcement;
  announcement.id = AnnouncementId{row.number(0)};
  announcement.text = row.text(1);
  announcement.severity = static_cast<Severity>(row.integer(2));
  announcement.user_id = UserId{std::string(row.text(3))};
  announcement.timestamp = time_of(row.integer(4));
  announcement.expires_at = time_of(row.integer(5));
  return announcement;
}

std::string paths_text(const std::vector<FieldPath>& paths) {
  std::string out = "[";
  for (const FieldPath& path : paths) {
    if (out.size() > 1) out += ',';
    write_json(out, std::string_view(path.text()));
  }
  return out + ']';
}

}  // namespace coterie
