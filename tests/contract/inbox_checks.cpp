// The contract of the inbox: conflicts, notifications, announcements. Laws 2, 6.
#include "tests/contract/store_contract.hpp"
#include "tests/support/batch_builder.hpp"

namespace coterie::testing {
namespace {

using namespace std::chrono_literals;

const Timestamp kStart = time_at(Seq{1});

// A conflict about Car/`entity`, of this user and mutation.
StoredConflict conflict_of(std::uint64_t id, std::string user, std::string mutation,
                           std::string entity = "1") {
  StoredConflict conflict;
  conflict.entry.id = ConflictId{id};
  conflict.entry.key = key_of("Car", entity);
  conflict.entry.operation = OperationKind::remove;
  conflict.entry.user_id = UserId{std::move(user)};
  conflict.entry.mutation_id = MutationId{std::move(mutation)};
  conflict.entry.stored_at = kStart;
  conflict.entry.base_version = Version{7};
  conflict.entry.fields = R"({"a":"clash"})";
  conflict.content = {1ULL << 63, id};
  conflict.epoch = Epoch{"e" + std::to_string(id)};
  conflict.request = "request " + std::to_string(id);
  conflict.body = R"({"body":)" + std::to_string(id) + "}";
  return conflict;
}

void decide(StoredConflict& conflict, Timestamp at) {
  conflict.entry.state = ConflictState::dismissed;
  conflict.entry.decision = ConflictDecision{UserId{"cid"}, at, ResolutionKind::use_theirs, Version{9}};
}

StoredNotification notification_of(std::uint64_t id, std::string user, Timestamp at = kStart) {
  StoredNotification stored;
  stored.user = UserId{std::move(user)};
  stored.notification.id = NotificationId{id};
  stored.notification.kind = NotificationKind::conflict_decided;
  stored.notification.key = key_of("Car", "1");
  stored.notification.version = Version{3};
  stored.notification.fields = {FieldPath::parse("a.b").value()};
  stored.notification.user_id = UserId{"cid"};
  stored.notification.timestamp = at;
  stored.notification.details = {{"conflictId", 4}};
  return stored;
}

Result<void> commit(Store& store, InboxChanges changes) {
  Batch batch;
  batch.inbox = std::move(changes);
  batch.sequences.push_back({"inbox", store.sequence("inbox").value() + 1});
  return store.commit(batch);
}

bool same(const ConflictEntry& a, const ConflictEntry& b) {
  const bool decisions = a.decision && b.decision
                             ? a.decision->by == b.decision->by && a.decision->at == b.decision->at &&
                                   a.decision->resolution == b.decision->resolution &&
                                   a.decision->version == b.decision->version
                             : !a.decision && !b.decision;
  return decisions && a.id == b.id && a.state == b.state && a.key == b.key && a.operation == b.operation &&
         a.user_id == b.user_id && a.mutation_id == b.mutation_id && a.stored_at == b.stored_at &&
         a.base_version == b.base_version && a.fields == b.fields && a.assignee == b.assignee;
}

bool same(const std::optional<StoredConflict>& a, const StoredConflict& b) {
  return a && same(a->entry, b.entry) && a->content == b.content && !a->added && a->epoch == b.epoch &&
         a->request == b.request && a->body == b.body;
}

std::string ids(const ConflictPage& page) {
  std::string out;
  for (const ConflictEntry& entry : page.conflicts) out += std::to_string(entry.id.value()) + ' ';
  return out + (page.next ? "next " + std::to_string(page.next->value()) : "end");
}
std::string ids(const NotificationPage& page) {
  std::string out;
  for (const Notification& one : page.notifications) out += std::to_string(one.id.value()) + ' ';
  return out + (page.next ? "next " + std::to_string(page.next->value()) : "end");
}

void conflicts_come_back(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  StoredConflict first = conflict_of(1, "ann", "m1");
  first.added = true;  // by the group that is committed: not what is kept
  StoredConflict second = conflict_of(2, "ann", "m2");
  commit(*subject.store, {{first, second, conflict_of(3, "bob", "m1")}, {}, {}, {}, {}}).value();

  InboxStore& inbox = subject.store->inbox();
  findings.expect(same(subject.reader().inbox().conflict(ConflictId{1}).value(), first), "as it was stored");
  findings.expect(!subject.reader().inbox().conflict(ConflictId{9}).value(), "what is not there is absent");
  findings.expect(same(inbox.conflict_of(UserId{"ann"}, MutationId{"m2"}).value(), second),
                  "by user and mutation");
  findings.expect(!inbox.conflict_of(UserId{"bob"}, MutationId{"m2"}).value(), "of nobody else's");
  findings.expect(inbox.open_conflicts().value() == 3, "three are open");

  second.entry.assignee = UserId{"dan"};
  commit(*subject.store, {{second}, {}, {}, {}, {}}).value();
  findings.expect(same(subject.reader().inbox().conflict(ConflictId{2}).value(), second),
                  "with its assignee");
  findings.expect(subject.store->inbox().open_conflicts().value() == 3, "an assigned one is open");
  decide(second, kStart + 1s);
  commit(*subject.store, {{second}, {}, {}, {}, {}}).value();
  findings.expect(same(subject.reader().inbox().conflict(ConflictId{2}).value(), second),
                  "with its decision");
  findings.expect(subject.store->inbox().open_conflicts().value() == 2, "a decided one is not");
}

void once_for_each_mutation(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  commit(*subject.store, {{conflict_of(1, "ann", "m1")}, {}, {}, {}, {}}).value();

  findings.expect(!commit(*subject.store, {{conflict_of(2, "ann", "m1")}, {}, {}, {}, {}}).has_value(),
                  "a mutation's conflict is not stored twice");
  findings.expect(subject.store->inbox().open_conflicts().value() == 1, "and nothing of the batch is kept");
  findings.expect(subject.store->sequence("inbox").value() == 1, "its number neither");
}

void conflicts_are_listed(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  InboxChanges changes;
  for (std::uint64_t id = 1; id <= 6; ++id) {
    changes.conflicts.push_back(
        conflict_of(id, "ann", "m" + std::to_string(id), id % 2 == 0 ? "even" : "odd"));
  }
  decide(changes.conflicts[1], kStart);
  changes.conflicts[2].entry.assignee = UserId{"dan"};
  commit(*subject.store, changes).value();

  InboxReader& inbox = subject.reader().inbox();
  ConflictQuery query;
  query.limit = 4;
  const ConflictPage first = inbox.conflicts(query).value();
  findings.expect(ids(first) == "6 5 4 3 next 3", "the newest first, a page at a time");
  findings.expect(first.open == 5, "how many are open in all");
  query.before = first.next;
  findings.expect(ids(inbox.conflicts(query).value()) == "2 1 end", "the next page goes on from there");
  query = {};
  query.most_bytes = 1000;
  findings.expect(ids(inbox.conflicts(query).value()) == "6 5 next 5", "no more than so many bytes");
  query.most_bytes = 1;
  findings.expect(ids(inbox.conflicts(query).value()) == "6 next 6", "but always one");
  query = {};
  query.state = ConflictState::open;
  query.type = EntityType{"Car"};
  query.id = EntityId{"even"};
  findings.expect(ids(inbox.conflicts(query).value()) == "6 4 end", "of one state and record");
  query = {};
  query.assignee = UserId{"dan"};
  findings.expect(ids(inbox.conflicts(query).value()) == "3 end", "of one assignee");
  query = {};
  query.state = ConflictState::dismissed;
  findings.expect(ids(inbox.conflicts(query).value()) == "2 end", "the dismissed");
  query.type = EntityType{"Bus"};
  findings.expect(ids(inbox.conflicts(query).value()) == "end", "of another type there is none");
}

void old_conflicts_go(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  StoredConflict open = conflict_of(1, "ann", "m1");
  StoredConflict old = conflict_of(2, "ann", "m2");
  StoredConflict young = conflict_of(3, "ann", "m3");
  decide(old, kStart);
  decide(young, kStart + 2h);
  commit(*subject.store, {{open, old, young}, {}, {}, {}, {}}).value();

  StoredConflict later = conflict_of(4, "ann", "m4");
  later.entry.stored_at = kStart + kClosedKept + 1h;
  commit(*subject.store, {{later}, {}, {}, {}, {}}).value();

  findings.expect(ids(subject.reader().inbox().conflicts({}).value()) == "4 3 1 end",
                  "closed ones are forgotten by age, open ones never");
}

void notifications_come_back(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  StoredNotification bare = notification_of(3, "ann");
  bare.notification.key.reset();
  bare.notification.version = {};
  bare.notification.fields.clear();
  bare.notification.details = {};
  commit(*subject.store, {{}, {}, {notification_of(1, "ann"), notification_of(2, "bob"), bare}, {}, {}})
      .value();

  InboxReader& inbox = subject.reader().inbox();
  const NotificationPage page = inbox.notifications({UserId{"ann"}, true, {}, 50}).value();
  findings.expect(ids(page) == "3 1 end" && page.unread == 2, "one's own, the newest first, and how many");
  const Notification& one = page.notifications.back();
  const StoredNotification given = notification_of(1, "ann");
  findings.expect(one.kind == given.notification.kind && one.key == given.notification.key &&
                      one.version == Version{3} && one.fields == given.notification.fields &&
                      one.user_id == UserId{"cid"} && one.timestamp == kStart &&
                      one.details == given.notification.details && !one.read_at,
                  "as it was stored");
  findings.expect(!page.notifications.front().key && page.notifications.front().details.empty(),
                  "what it does not tell is absent");
  NotificationQuery query{UserId{"ann"}, true, {}, 50, 1};
  findings.expect(ids(inbox.notifications(query).value()) == "3 next 3",
                  "no more bytes than so many, but one");
  query = {UserId{"ann"}, true, {}, 1};
  findings.expect(ids(inbox.notifications(query).value()) == "3 next 3", "a page at a time");
  query.before = NotificationId{3};
  findings.expect(ids(inbox.notifications(query).value()) == "1 end", "and the next from there");
}

void reading_marks(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  InboxChanges changes;
  for (std::uint64_t id = 1; id <= 5; ++id)
    changes.notifications.push_back(notification_of(id, id == 2 ? "bob" : "ann"));
  commit(*subject.store, changes).value();
  const auto unread = [&](const char* user) {
    return ids(subject.reader().inbox().notifications({UserId{user}, true, {}, 50}).value());
  };

  commit(*subject.store,
         {{}, {{UserId{"ann"}, {NotificationId{4}, NotificationId{2}}, {}, kStart + 1s}}, {}, {}, {}})
      .value();
  findings.expect(unread("ann") == "5 3 1 end", "those named");
  findings.expect(unread("bob") == "2 end", "but not another's");
  commit(*subject.store, {{}, {{UserId{"ann"}, {}, NotificationId{3}, kStart + 2s}}, {}, {}, {}}).value();
  findings.expect(unread("ann") == "5 end", "all up to one");
  findings.expect(subject.store->inbox().unread(UserId{"ann"}).value() == 1, "so many are left");
  const NotificationPage all = subject.reader().inbox().notifications({UserId{"ann"}, false, {}, 50}).value();
  findings.expect(ids(all) == "5 4 3 1 end", "the others are there still");
  findings.expect(all.notifications[1].read_at == kStart + 1s && all.notifications[2].read_at == kStart + 2s,
                  "with the time that they were read first");
  commit(*subject.store,
         {{}, {{UserId{"ann"}, {}, NotificationId{99}, kStart}}, {notification_of(6, "ann")}, {}, {}})
      .value();
  findings.expect(unread("ann") == "6 end", "what comes with the marking is not marked by it");
}

void notifications_are_bounded(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  InboxChanges changes;
  changes.notifications.push_back(notification_of(1, "bob"));
  for (std::uint64_t id = 2; id <= kNotificationsKept + 11; ++id)
    changes.notifications.push_back(notification_of(id, "ann"));
  commit(*subject.store, changes).value();

  findings.expect(subject.store->inbox().unread(UserId{"ann"}).value() == kNotificationsKept,
                  "each user has so many");
  findings.expect(subject.store->inbox().unread(UserId{"bob"}).value() == 1, "for themselves");
  const NotificationPage last =
      subject.reader().inbox().notifications({UserId{"ann"}, true, NotificationId{14}, 50}).value();
  findings.expect(ids(last) == "13 12 end", "the newest stay");

  commit(*subject.store, {{}, {{UserId{"ann"}, {}, NotificationId{20}, kStart}}, {}, {}, {}}).value();
  commit(*subject.store, {{}, {}, {notification_of(5000, "bob", kStart + kReadKept + 1s)}, {}, {}}).value();
  const NotificationPage old =
      subject.reader().inbox().notifications({UserId{"ann"}, false, NotificationId{23}, 50}).value();
  findings.expect(ids(old) == "22 21 end", "what was read long ago is forgotten");
}

void announcements_stand(const MakeSubject& make, Findings& findings) {
  Subject subject = make({});
  const Announcement one{AnnouncementId{1}, "one \"1\"", Severity::warning,
                         UserId{"ann"},     kStart,      kStart + 10s};
  const Announcement two{AnnouncementId{2}, "two", Severity::info, UserId{"bob"}, kStart, kStart + 20s};
  const Announcement three{AnnouncementId{3}, "three",      Severity::info,
                           UserId{"bob"},     kStart + 15s, kStart + 99s};
  commit(*subject.store, {{}, {}, {}, {one, two}, {}}).value();
  const auto live = [&](std::chrono::seconds later) {
    std::string texts;
    for (const Announcement& announcement : subject.reader().inbox().announcements(kStart + later).value())
      texts += announcement.text + ' ';
    return texts;
  };

  findings.expect(live(0s) == "one \"1\" two ", "until they expire, the oldest first");
  findings.expect(live(10s) == "two " && live(20s).empty(), "and no longer");
  const Announcement read = subject.reader().inbox().announcements(kStart).value().front();
  findings.expect(read.id == one.id && read.severity == one.severity && read.user_id == one.user_id &&
                      read.timestamp == one.timestamp && read.expires_at == one.expires_at,
                  "as it was stored");
  commit(*subject.store, {{}, {}, {}, {three}, {}}).value();
  findings.expect(live(0s) == "two three ", "an expired one is forgotten when another comes");
  commit(*subject.store, {{}, {}, {}, {}, {AnnouncementId{2}}}).value();
  findings.expect(live(0s) == "three ", "a withdrawn one is gone");
}

}  // namespace

std::vector<ContractCheck> inbox_checks() {
  return {{"a conflict comes back as it was stored, and changes its state", conflicts_come_back},
          {"a mutation's conflict is stored once", once_for_each_mutation},
          {"conflicts are listed by what is asked, newest first", conflicts_are_listed},
          {"closed conflicts are forgotten", old_conflicts_go},
          {"a notification comes back as it was stored, to its user alone", notifications_come_back},
          {"notifications are marked as read", reading_marks},
          {"notifications are bounded for each user, and the read ones by age", notifications_are_bounded},
          {"announcements stand until they expire or are withdrawn", announcements_stand}};
}

}  // namespace coterie::testing
