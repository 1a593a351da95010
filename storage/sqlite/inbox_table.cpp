#include "storage/sqlite/inbox_table.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "protocol/json.hpp"
#include "storage/sqlite/inbox_rows.hpp"
#include "storage/sqlite/query.hpp"
#include "storage/sqlite/rows.hpp"
#include "storage/sqlite/sql.hpp"
#include "storage/sqlite/transaction.hpp"

namespace coterie {
namespace {

Error closed() { return {ErrorCode::unavailable, "The database is being opened anew.", "", false, {}, {}}; }

std::string select(std::string_view columns, std::string_view rest) {
  std::string sql = "SELECT ";
  sql += columns;
  sql += rest;
  return sql;
}

// What several questions see is of one moment: within the group's transaction, or one of our own.
class OneMoment {
 public:
  explicit OneMoment(Database& database) {
    if (!database.in_transaction()) transaction_.emplace(database, Transaction::Kind::read);
  }
  Result<void> begun() const { return transaction_ ? transaction_->begun() : Result<void>{}; }

 private:
  std::optional<Transaction> transaction_;
};

Result<std::uint64_t> count(Query& query) {
  if (query.next()) return query.number(0);
  if (Result<void> done = query.end(); !done) return done.error();
  return 0;
}

Result<std::optional<StoredConflict>> first_conflict(Query& query) {
  if (query.next()) return read_conflict(query);
  if (Result<void> done = query.end(); !done) return done.error();
  return std::nullopt;
}

// The state stands in the text, where it lets the index of the open ones be used.
Sql conflicts_where(const ConflictQuery& query) {
  Sql sql;
  sql.add(" WHERE 1");
  if (query.state) sql.add(" AND state=" + std::to_string(static_cast<int>(*query.state)));
  if (query.type) sql.add(" AND type=?").bind(query.type->value());
  if (query.id) sql.add(" AND entity=?").bind(query.id->value());
  if (query.assignee) sql.add(" AND assignee=?").bind(query.assignee->value());
  if (query.before) sql.add(" AND id<?").bind(static_cast<std::int64_t>(query.before->value()));
  sql.add(" ORDER BY id DESC LIMIT ?").bind(static_cast<std::int64_t>(query.limit + 1));
  return sql;
}

}  // namespace

// ---- conflicts ----

Result<std::optional<StoredConflict>> InboxTable::conflict(ConflictId id) {
  if (!database_) return closed();
  Query query(*database_, select(kConflictColumns, " FROM conflict WHERE id=?"));
  query.bind(id.value());
  return first_conflict(query);
}

Result<std::optional<StoredConflict>> InboxTable::conflict_of(const UserId& user, const MutationId& id) {
  if (!database_) return closed();
  Query query(*database_, select(kConflictColumns, " FROM conflict WHERE user=? AND mutation=?"));
  query.bind(user.value(), id.value());
  return first_conflict(query);
}

Result<std::uint64_t> InboxTable::open_conflicts() {
  if (!database_) return closed();
  Query query(*database_, "SELECT count(*) FROM conflict WHERE state=0");
  return count(query);
}

Result<ConflictPage> InboxTable::conflicts(const ConflictQuery& wanted) {
  if (!database_) return closed();
  const OneMoment moment(*database_);
  if (!moment.begun()) return moment.begun().error();
  ConflictPage page;
  const Sql where = conflicts_where(wanted);
  Query query(*database_, select(kConflictColumns, " FROM conflict" + where.text));
  bind_values(query, where);
  PageRoom room(wanted.limit, wanted.most_bytes);
  while (query.next()) {
    ConflictEntry entry = read_conflict_entry(query);
    if (!room.take(entry)) {
      page.next = page.conflicts.back().id;
      break;
    }
    page.conflicts.push_back(std::move(entry));
  }
  if (!page.next) {
    if (Result<void> done = query.end(); !done) return done.error();
  }
  const Result<std::uint64_t> open = open_conflicts();
  if (!open) return open.error();
  page.open = *open;
  return page;
}

// ---- notifications and announcements ----

Result<std::uint64_t> InboxTable::unread(const UserId& user) {
  if (!database_) return closed();
  Query query(*database_, "SELECT count(*) FROM notification WHERE user=? AND read_at IS NULL");
  query.bind(user.value());
  return count(query);
}

Result<NotificationPage> InboxTable::notifications(const NotificationQuery& wanted) {
  if (!database_) return closed();
  const OneMoment moment(*database_);
  if (!moment.begun()) return moment.begun().error();
  NotificationPage page;
  const char* const which =
      wanted.unread ? " FROM notification WHERE user=? AND id<? AND read_at IS NULL ORDER BY id DESC LIMIT ?"
                    : " FROM notification WHERE user=? AND id<? ORDER BY id DESC LIMIT ?";
  Query query(*database_, select(kNotificationColumns, which));
  const std::uint64_t before =
      wanted.before ? wanted.before->value() : std::numeric_limits<std::uint64_t>::max();
  query.bind(wanted.user.value(), before, wanted.limit + 1);
  PageRoom room(wanted.limit, wanted.most_bytes);
  while (query.next()) {
    Result<Notification> read = read_notification(query);
    if (!read) return read.error();
    if (!room.take(*read)) {
      page.next = page.notifications.back().id;
      break;
    }
    page.notifications.push_back(std::move(*read));
  }
  if (!page.next) {
    if (Result<void> done = query.end(); !done) return done.error();
  }
  const Result<std::uint64_t> count = unread(wanted.user);
  if (!count) return count.error();
  page.unread = *count;
  return page;
}

Result<std::vector<Announcement>> InboxTable::announcements(Timestamp now) {
  if (!database_) return closed();
  Query query(*database_, select(kAnnouncementColumns, " FROM announcement WHERE expires_at>? ORDER BY id"));
  query.bind(ms_of(now));
  std::vector<Announcement> live;
  while (query.next()) live.push_back(read_announcement(query));
  if (Result<void> done = query.end(); !done) return done.error();
  return live;
}

// ---- writing ----

Result<void> InboxTable::write(const InboxChanges& changes) {
  for (const StoredConflict& conflict : changes.conflicts) {
    if (Result<void> done = write(conflict); !done) return done;
  }
  for (const NotificationsRead& read : changes.read) {
    if (Result<void> done = write(read); !done) return done;
  }
  std::set<UserId> told;
  for (const StoredNotification& stored : changes.notifications) {
    if (Result<void> done = write(stored); !done) return done;
    told.insert(stored.user);
  }
  for (const UserId& user : told) {
    const Timestamp now = changes.notifications.back().notification.timestamp;
    if (Result<void> done = forget_notifications(user, now); !done) return done;
  }
  for (const Announcement& announcement : changes.announcements) {
    if (Result<void> done = write(announcement); !done) return done;
  }
  for (const AnnouncementId id : changes.withdrawn) {
    Query query(*database_, "DELETE FROM announcement WHERE id=?");
    if (Result<void> done = query.bind(id.value()).run(); !done) return done;
  }
  if (changes.conflicts.empty()) return {};
  return forget_conflicts(moment_of(changes.conflicts));
}

Result<void> InboxTable::write(const StoredConflict& conflict) {
  const ConflictEntry& entry = conflict.entry;
  Query query(
      *database_,
      "INSERT INTO conflict(id,state,type,entity,operation,user,mutation,at,base_version,fields,"
      "content_high,content_low,epoch,request,body,assignee,decided_by,decided_at,resolution,version) "
      "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
      "ON CONFLICT(id) DO UPDATE SET state=excluded.state,assignee=excluded.assignee,"
      "decided_by=excluded.decided_by,decided_at=excluded.decided_at,"
      "resolution=excluded.resolution,version=excluded.version");
  query.bind(entry.id.value(), static_cast<int>(entry.state), entry.key.type.value(), entry.key.id.value());
  query.bind(static_cast<int>(entry.operation), entry.user_id.value(), entry.mutation_id.value());
  query.bind(ms_of(entry.stored_at), entry.base_version.value(), entry.fields);
  query.bind(static_cast<std::int64_t>(conflict.content.high),
             static_cast<std::int64_t>(conflict.content.low));
  query.bind(conflict.epoch.value(), conflict.request, conflict.body);
  if (entry.assignee) {
    query.bind(entry.assignee->value());
  } else {
    query.bind(nullptr);
  }
  if (const auto& decision = entry.decision) {
    query.bind(decision->by.value(), ms_of(decision->at), static_cast<int>(decision->resolution),
               decision->version.value());
  } else {
    query.bind(nullptr, nullptr, nullptr, nullptr);
  }
  return query.run();
}

Result<void> InboxTable::write(const NotificationsRead& read) {
  if (read.up_to) {
    Query query(*database_, "UPDATE notification SET read_at=? WHERE user=? AND id<=? AND read_at IS NULL");
    query.bind(ms_of(read.at), read.user.value(), read.up_to->value());
    return query.run();
  }
  for (const NotificationId id : read.ids) {
    Query query(*database_, "UPDATE notification SET read_at=? WHERE id=? AND user=? AND read_at IS NULL");
    query.bind(ms_of(read.at), id.value(), read.user.value());
    if (Result<void> done = query.run(); !done) return done;
  }
  return {};
}

Result<void> InboxTable::write(const StoredNotification& stored) {
  const Notification& notification = stored.notification;
  const std::string fields = paths_text(notification.fields);
  const std::string details = to_json_text(notification.details);
  Query query(*database_,
              "INSERT INTO notification(id,user,kind,type,entity,version,fields,by_user,at,details) "
              "VALUES(?,?,?,?,?,?,?,?,?,?)");
  query.bind(notification.id.value(), stored.user.value(), to_text(notification.kind));
  if (notification.key) {
    query.bind(notification.key->type.value(), notification.key->id.value());
  } else {
    query.bind(nullptr, nullptr);
  }
  query.bind(notification.version.value(), fields, notification.user_id.value());
  query.bind(ms_of(notification.timestamp), details);
  return query.run();
}

Result<void> InboxTable::write(const Announcement& announcement) {
  Query old(*database_, "DELETE FROM announcement WHERE expires_at<=?");
  if (Result<void> done = old.bind(ms_of(announcement.timestamp)).run(); !done) return done;
  Query query(*database_,
              "INSERT INTO announcement(id,text,severity,user,at,expires_at) VALUES(?,?,?,?,?,?)");
  query.bind(announcement.id.value(), announcement.text, static_cast<int>(announcement.severity));
  query.bind(announcement.user_id.value(), ms_of(announcement.timestamp), ms_of(announcement.expires_at));
  return query.run();
}

// ---- forgetting ----

Result<void> InboxTable::forget_conflicts(Timestamp now) {
  Query old(*database_,
            "DELETE FROM conflict WHERE id IN (SELECT id FROM conflict WHERE state<>0 AND decided_at<? "
            "ORDER BY decided_at LIMIT ?)");
  old.bind(ms_of(now - kClosedKept), kForgottenAtOnce);
  if (Result<void> done = old.run(); !done) return done;
  Query many(*database_,
             "DELETE FROM conflict WHERE id IN (SELECT id FROM conflict WHERE state<>0 "
             "ORDER BY decided_at DESC, id DESC LIMIT -1 OFFSET ?)");
  many.bind(kClosedConflictsKept);
  return many.run();
}

Result<void> InboxTable::forget_notifications(const UserId& user, Timestamp now) {
  Query many(*database_,
             "DELETE FROM notification WHERE user=? AND id<=(SELECT id FROM notification WHERE user=? "
             "ORDER BY id DESC LIMIT 1 OFFSET ?)");
  many.bind(user.value(), user.value(), kNotificationsKept);
  if (Result<void> done = many.run(); !done) return done;
  Query old(*database_,
            "DELETE FROM notification WHERE id IN (SELECT id FROM notification WHERE read_at<? "
            "ORDER BY read_at LIMIT ?)");
  old.bind(ms_of(now - kReadKept), kForgottenAtOnce);
  return old.run();
}

}  // namespace coterie
