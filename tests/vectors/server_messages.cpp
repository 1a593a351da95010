#include "tests/vectors/server_messages.hpp"

#include "protocol/encode.hpp"
#include "protocol/time_text.hpp"
#include "tests/support/json.hpp"

namespace coterie::testing {
namespace {

using std::chrono::milliseconds;

const Timestamp kThen = timestamp_from_text("2026-11-23T04:00:00.123Z").value();
const Timestamp kLater = timestamp_from_text("2026-11-23T05:00:00.000Z").value();
const Position kPosition{Epoch("e1"), Seq(1841)};

Entity booking() {
  Entity entity;
  entity.meta = {
      {EntityType("Booking"), EntityId("42")}, Version(18), kThen, UserId("u1"), kLater, UserId("u7")};
  entity.data = R"({"status":"approved","address":{"city":"Bonn"}})";
  return entity;
}

DataSyncEvent update() {
  DataSyncEvent event;
  event.seq = Seq(1841);
  event.index = 3;
  event.key = {EntityType("Booking"), EntityId("42")};
  event.operation = EventOperation::update;
  event.version = Version(18);
  event.set = R"({"status":"approved"})";
  event.unset = R"(["note"])";
  event.old = R"({"status":"open","note":"x"})";
  event.user_id = UserId("u7");
  event.session_id = SessionId("s1");
  event.client_id = ClientId("c9");
  event.mutation_id = MutationId("0193\"\\");
  event.timestamp = kThen;
  event.cause = Cause::user;
  return event;
}

DataSyncEvent creation() {
  DataSyncEvent event = update();
  event.operation = EventOperation::create;
  event.version = Version(1);
  event.set = R"({"status":"open"})";
  event.unset = "[]";
  event.old = "{}";
  event.mutation_id = MutationId("0193");
  return event;
}

DataSyncEvent deletion() {
  DataSyncEvent event = creation();
  event.operation = EventOperation::remove;
  event.version = Version(19);
  event.set = "{}";
  event.old = R"({"status":"open"})";
  event.session_id = {};
  event.client_id = {};
  event.mutation_id = {};
  event.cause = Cause::system;
  return event;
}

void add_session(std::map<std::string, std::string>& lines) {
  Welcome welcome;
  welcome.session_id = SessionId("s1");
  welcome.resume = "secret";
  welcome.user = {UserId("u7"), "Ann \"A.\" É"};
  welcome.position = kPosition;
  lines["welcome, the least"] = encode(RequestId(1), welcome);
  welcome.token_expires_in = milliseconds(900'000);
  welcome.features = {"increment"};
  welcome.subscriptions = {{SubscriptionId(1), SubscriptionStatus::recovered, ""},
                           {SubscriptionId(2), SubscriptionStatus::resync, "trimmed"},
                           {SubscriptionId(3), SubscriptionStatus::fresh, ""},
                           {SubscriptionId(4), SubscriptionStatus::refused, "forbidden"}};
  lines["welcome with everything"] = encode(RequestId(1), welcome);

  lines["subscribed to nothing yet"] = encode(RequestId(2), Subscribed{SubscriptionId(1), kPosition, {}, {}});
  lines["subscribed, with a page"] =
      encode(RequestId(2), Subscribed{SubscriptionId(1), kPosition, {booking()}, "abc"});
  lines["unsubscribed, as asked"] = encode(RequestId(3), Unsubscribed{SubscriptionId(1)});
  lines["pong"] = encode(RequestId(9'007'199'254'740'991), PongAnswer{Seq(1841)});
}

void add_reads(std::map<std::string, std::string>& lines) {
  lines["entity"] = encode(RequestId(4), EntityAnswer{booking(), kPosition});
  lines["entities, none"] = encode(RequestId(5), Entities{{}, true, kPosition, {}, {}, {}});
  lines["entities, a page with its count"] =
      encode(RequestId(5), Entities{{booking()}, true, kPosition, "abc", 71, 2});
  lines["entities without data"] =
      encode(RequestId(5), Entities{{booking(), booking()}, false, kPosition, {}, {}, {}});
  lines["events of the history"] = encode(RequestId(6), Events{{creation(), update(), deletion()}});
}

FieldPath odd_path() { return FieldPath().child("a \"b\""); }

void add_history(std::map<std::string, std::string>& lines) {
  lines["events, more to come"] = encode(RequestId(6), Events{{}, Seq(1841)});
  lines["entities that were searched"] = encode(RequestId(5), Entities{{}, true, kPosition, {}, {}, {}, 3});
  BlameAnswer blame{booking().meta.key, Version(18), {}, {path_of("note")}};
  blame.fields = {{odd_path(), Version(18), UserId("u7"), kThen, Cause::user},
                  {path_of("address.city"), Version(3), UserId("u1"), kLater, Cause::merge}};
  lines["blame"] = encode(RequestId(6), blame);

  const Lag lag{2, milliseconds(1500)};
  lines["changes"] =
      encode(RequestId(9), ChangesAnswer{ReaderName("bookkeeping"), {creation()}, kPosition, lag, ""});
  lines["changes that cannot be told"] =
      encode(RequestId(9), ChangesAnswer{ReaderName("r"), {}, kPosition, {}, "trimmed"});
  const ReaderState up{ReaderName("a"), kPosition, lag, "", kThen, kLater};
  const ReaderState cut{ReaderName("b"), Position{Epoch("e0"), Seq(7)}, {}, "epoch", kThen, kThen};
  lines["readers"] = encode(RequestId(9), ReadersAnswer{{up, cut}});
}

void add_tokens(std::map<std::string, std::string>& lines) {
  lines["refreshed"] = encode(RequestId(9), Refreshed{milliseconds(900'000)});
  lines["refreshed, by a token that does not expire"] = encode(RequestId(9), Refreshed{});
  lines["authExpiring"] = encode(AuthExpiring{milliseconds(60'000)});
}

void add_decisions(std::map<std::string, std::string>& lines) {
  const EntityKey key = booking().meta.key;
  Committed committed{MutationId("0193"), Seq(1842), {}};
  lines["committed, checks alone"] = with_id(RequestId(3), encode_body(committed));
  committed.results = {{key, Version(19), {}, {path_of("price"), path_of("a.b")}, booking()},
                       {{EntityType("Order"), EntityId("o1")},
                        Version(1),
                        {{path_of("orderNumber"), "ORD-2026-000123"}},
                        {},
                        {}}};
  lines["committed with everything"] = with_id(RequestId(3), encode_body(committed));

  Conflict conflict;
  conflict.mutation_id = MutationId("0193");
  conflict.key = key;
  conflict.message = "Ann changed price 2 minutes ago. Take theirs, keep yours, or merge.";
  conflict.base_version = Version(17);
  conflict.current_version = Version(19);
  conflict.base = object_of(R"({"price":10})");
  conflict.current = object_of(R"({"price":12})");
  conflict.yours = object_of(R"({"price":10,"note":"mine"})");
  conflict.merged = object_of(R"({"price":12,"note":"mine"})");
  conflict.fields = {{path_of("note"), FieldVerdict::yours}, {path_of("price"), FieldVerdict::theirs}};
  conflict.changed_by = {{Version(18), UserId("u3"), kThen}, {Version(19), UserId("u4"), kLater}};
  lines["conflict"] = encode(RequestId(3), conflict);

  Conflict combined = conflict;
  combined.message = "Ann changed note just now. Take theirs, keep yours, or merge.";
  combined.current_version = Version(18);
  combined.base = object_of(R"({"note":"","stock":10})");
  combined.current = object_of(R"({"note":"a","stock":8})");
  combined.yours = object_of(R"({"note":"b","stock":7})");
  combined.merged = object_of(R"({"note":"a","stock":5})");
  combined.fields = {{path_of("note"), FieldVerdict::clash}, {path_of("stock"), FieldVerdict::combined}};
  combined.changed_by = {{Version(18), UserId("u3"), kThen}};
  lines["conflict with a field that the type combined"] = encode(RequestId(3), combined);

  Conflict deleted;
  deleted.mutation_id = MutationId("0193");
  deleted.op_index = 2;
  deleted.key = key;
  deleted.message = "It was deleted.";
  deleted.base_version = Version(17);
  deleted.current_version = Version(20);
  deleted.base_unavailable = true;
  lines["conflict with a deleted entity, the base unknown"] = encode(RequestId(3), deleted);

  Rejected rejected;
  rejected.mutation_id = MutationId("0193");
  rejected.op_index = 1;
  rejected.code = RejectedCode::invalid;
  rejected.message = "`price` is not a number.";
  rejected.field = "price";
  lines["rejected: invalid"] = encode(RequestId(3), rejected);
  rejected.code = RejectedCode::guard_failed;
  rejected.message = "The guard does not hold.";
  rejected.field.clear();
  rejected.current = booking();
  rejected.guard = object_of(R"({"available":{"$gte":2}})");
  rejected.retry = true;
  lines["rejected: the guard failed"] = encode(RequestId(3), rejected);
}

const LockHolder kHolder{UserId("u7"), "Ann \"A.\"", SessionId("s1"), ClientId("c9")};
const LockPlace kPrice{{EntityType("Booking"), EntityId("42")}, path_of("price")};
const LockPlace kRecord{{EntityType("Booking"), EntityId("42")}, {}};

std::vector<LockShown> shown_locks() {
  return {{kPrice, kHolder, Fence(7), milliseconds(29'000)},
          {kRecord, {UserId("u8"), "", SessionId("s2"), ClientId()}, Fence(9), milliseconds(0)}};
}

Present present(std::optional<EntityId> id = std::nullopt) {
  return {std::move(id),  SessionId("s1"),        UserId("u7"), "Ann \"A.\"",
          ClientId("c9"), R"({"field":"price"})", kThen};
}
Present bare() { return {std::nullopt, SessionId("s2"), UserId("u8"), "", ClientId(), "{}", kLater}; }

void add_locks(std::map<std::string, std::string>& lines) {
  lines["locked"] = encode(RequestId(3), Locked{Fence(7), milliseconds(30'000)});
  lines["denied, by a lock above"] =
      encode(RequestId(3), Denied{kHolder, path_of("address"), milliseconds(12'345)});
  lines["denied, by a lock on the record"] = encode(RequestId(3), Denied{kHolder, {}, milliseconds(1)});
  lines["unlocked"] = encode(RequestId(3), Unlocked{});
  lines["lock: acquired"] = encode(LockPush{LockState::acquired, shown_locks()[0]});
  LockShown over = shown_locks()[1];
  lines["lock: released"] = encode(LockPush{LockState::released, over});
  lines["lock: expired"] = encode(LockPush{LockState::expired, over});
  over.holder = kHolder;
  lines["lock: taken, by whom"] = encode(LockPush{LockState::taken, over});

  Rejected rejected;
  rejected.mutation_id = MutationId("0193");
  rejected.code = RejectedCode::locked;
  rejected.message = "Ann holds a lock on price; try again when it is released.";
  rejected.field = "price";
  rejected.holder = kHolder;
  rejected.retry = true;
  lines["rejected: locked"] = encode(RequestId(3), rejected);
  Rejected fenced;
  fenced.mutation_id = MutationId("0193");
  fenced.code = RejectedCode::fenced;
  fenced.message = "The lock with fence 7 is not yours any more.";
  lines["rejected: fenced"] = encode(RequestId(3), fenced);
  Error not_holder;
  not_holder.code = ErrorCode::not_holder;
  not_holder.message = "This lock is not yours.";
  not_holder.member = "fence";
  lines["error: not the holder"] = encode(RequestId(3), not_holder);
}

void add_presence(std::map<std::string, std::string>& lines) {
  lines["ok"] = encode(RequestId(3), Ok{});
  lines["presence at a record"] = encode(PresencePush{EntityType("Booking"),
                                                      EntityId("42"),
                                                      {present(), bare()},
                                                      {bare()},
                                                      {{SessionId("s3"), UserId("u9")}}});
  lines["presence at a type, one has left"] =
      encode(PresencePush{EntityType("Booking"), std::nullopt, {}, {}, {{SessionId("s3"), UserId("u9")}}});
  lines["signal"] = encode(SignalPush{EntityType("Booking"), EntityId("42"), "typing", R"({"field":"note"})",
                                      UserId("u7"), SessionId("s1"), ClientId("c9")});
  lines["signal to a type's room, the least"] = encode(SignalPush{
      EntityType("Booking"), std::nullopt, "ping", "null", UserId("u7"), SessionId("s1"), ClientId()});
  lines["subscribed, with locks and presence"] = encode(
      RequestId(2),
      Subscribed{SubscriptionId(1), kPosition, {}, {}, shown_locks(), {present(EntityId("42")), bare()}});
  lines["snapshot of the locks and presence alone"] =
      encode(Snapshot{SubscriptionId(2), "state", kPosition, {}, {}, shown_locks(), {present()}, false});
}

void add_errors(std::map<std::string, std::string>& lines) {
  Error error;
  error.code = ErrorCode::bad_name;
  error.message = "A name with \"quotes\", a tab\t and a line\n.";
  error.member = "ops[2].set.address..city";
  lines["error that names a member"] = encode(RequestId(8), error);
  lines["error without an id"] = encode(error);
  Error busy;
  busy.code = ErrorCode::overloaded;
  busy.message = "Try again later.";
  busy.retry = true;
  busy.retry_after = milliseconds(250);
  busy.details = object_of(R"({"waiting":4096})");
  lines["error that may pass"] = encode(RequestId(8), busy);
}

ConflictEntry open_entry() {
  ConflictEntry entry;
  entry.id = ConflictId(12);
  entry.key = booking().meta.key;
  entry.operation = OperationKind::update;
  entry.user_id = UserId("u7");
  entry.mutation_id = MutationId("0193");
  entry.stored_at = kThen;
  entry.base_version = Version(17);
  entry.fields = R"({"note":"yours","price":"clash"})";
  return entry;
}

void add_inbox(std::map<std::string, std::string>& lines) {
  ConflictEntry open = open_entry();
  ConflictEntry closed = open;
  closed.id = ConflictId(9);
  closed.state = ConflictState::decided;
  closed.assignee = UserId("u3");
  closed.decision = ConflictDecision{UserId("u3"), kLater, ResolutionKind::use_mine, Version(20)};
  lines["conflicts, none"] = encode(RequestId(5), ConflictPage{{}, {}, 0});
  lines["conflicts, a page"] = encode(RequestId(5), ConflictPage{{open, closed}, ConflictId(9), 31});

  ConflictShown shown;
  shown.entry = open;
  shown.ops =
      R"([{"op":"update","entityType":"Booking","entityId":"42","baseVersion":17,"set":{"price":11}}])";
  shown.conflict.mutation_id = open.mutation_id;
  shown.conflict.key = open.key;
  shown.conflict.message = "Ann changed price 2 minutes ago. Take theirs, keep yours, or merge.";
  shown.conflict.base_version = Version(17);
  shown.conflict.current_version = Version(18);
  shown.conflict.base = object_of(R"({"price":10})");
  shown.conflict.current = object_of(R"({"price":12})");
  shown.conflict.yours = object_of(R"({"price":11})");
  shown.conflict.merged = object_of(R"({"price":12})");
  shown.conflict.fields = {{path_of("price"), FieldVerdict::clash}};
  shown.conflict.changed_by = {{Version(18), UserId("ann"), kThen}};
  lines["storedConflict, open"] = encode(RequestId(6), shown);
  shown.entry = closed;
  lines["storedConflict, decided"] = encode(RequestId(6), shown);

  shown.conflict.conflict_id = ConflictId(12);
  lines["conflict that was stored"] = encode(RequestId(3), shown.conflict);
  shown.conflict.conflict_id.reset();
  shown.conflict.not_stored = "limit";
  lines["conflict that found the inbox full"] = encode(RequestId(3), shown.conflict);
  Committed decided{MutationId("d1"), Seq(1842), {{open.key, Version(19), {}, {}, {}}}};
  decided.conflict_id = ConflictId(12);
  lines["committed: a stored conflict decided"] = with_id(RequestId(3), encode_body(decided));
  Rejected late;
  late.mutation_id = MutationId("d2");
  late.code = RejectedCode::decided;
  late.message = "Ann decided it just now (use-mine); the record was then at version 19.";
  lines["rejected: decided before"] = encode(RequestId(3), late);
  lines["assigned"] = encode(RequestId(7), Assigned{ConflictId(12), UserId("u3")});
  lines["assigned to nobody"] = encode(RequestId(7), Assigned{ConflictId(12), {}});
}

void add_notices(std::map<std::string, std::string>& lines) {
  Notification overwritten;
  overwritten.id = NotificationId(71);
  overwritten.key = booking().meta.key;
  overwritten.version = Version(20);
  overwritten.fields = {path_of("price"), path_of("a.b")};
  overwritten.user_id = UserId("u3");
  overwritten.timestamp = kThen;
  lines["notification: overwritten"] = encode(overwritten);
  Notification decided = overwritten;
  decided.id = NotificationId(72);
  decided.kind = NotificationKind::conflict_decided;
  decided.fields.clear();
  decided.details = object_of(R"({"conflictId":12,"resolution":"use-mine"})");
  lines["notification: conflictDecided"] = encode(decided);
  Notification bare;
  bare.id = NotificationId(73);
  bare.kind = NotificationKind::lock_taken;
  bare.user_id = UserId("u3");
  bare.timestamp = kLater;
  bare.read_at = kLater;
  lines["notifications, none"] = encode(RequestId(5), NotificationPage{{}, {}, 0});
  lines["notifications, a page"] =
      encode(RequestId(5), NotificationPage{{bare, decided}, NotificationId(72), 2});
  lines["ok: marked read"] = encode(RequestId(6), MarkedRead{2});

  Announcement noon{AnnouncementId(4), "Back at \"noon\".", Severity::warning, UserId("u7"), kThen, kLater};
  const ShownAnnouncement shown{noon, milliseconds(60'000)};
  lines["announcement"] = encode(shown);
  lines["announcement withdrawn"] = encode(WithdrawnAnnouncement{AnnouncementId(4)});
  lines["announcements, none"] = encode(RequestId(5), Announcements{});
  noon.severity = Severity::info;
  lines["announcements"] = encode(RequestId(5), Announcements{{shown, {noon, milliseconds(1)}}});
  lines["announced"] = encode(RequestId(6), Announced{AnnouncementId(4), milliseconds(3'600'000)});
  lines["withdrawn"] = encode(RequestId(7), Withdrawn{AnnouncementId(4)});
}

void add_pushes(std::map<std::string, std::string>& lines) {
  lines["event: update"] = encode(update());
  lines["event: create"] = encode(creation());
  lines["event: delete, by the system"] = encode(deletion());
  lines["snapshot"] = encode(Snapshot{SubscriptionId(2), "trimmed", kPosition, {booking()}, "abc"});
  lines["unsubscribed by the server"] = encode(SubscriptionEnded{SubscriptionId(2), ErrorCode::forbidden});
  lines["ping"] = encode(PingPush{Seq(0)});
  lines["enter"] = encode(Enter{{SubscriptionId(3), SubscriptionId(5)}, Seq(1841), booking()});
  lines["gone"] = encode(Gone{{SubscriptionId(3)}, Seq(1842), booking().meta.key});
  lines["goodbye"] =
      encode(Goodbye{CloseCode::shutting_down, "shutting down", milliseconds(0), milliseconds(5000)});
  add_notices(lines);
}

}  // namespace

std::map<std::string, std::string> server_lines() {
  std::map<std::string, std::string> lines;
  add_session(lines);
  add_reads(lines);
  add_history(lines);
  add_tokens(lines);
  add_decisions(lines);
  add_locks(lines);
  add_presence(lines);
  add_errors(lines);
  add_pushes(lines);
  add_inbox(lines);
  return lines;
}

}  // namespace coterie::testing
