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
  lines["ok"] = encode(RequestId(9), Ok{});
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

void add_pushes(std::map<std::string, std::string>& lines) {
  lines["event: update"] = encode(update());
  lines["event: create"] = encode(creation());
  lines["event: delete, by the system"] = encode(deletion());
  lines["snapshot"] = encode(Snapshot{SubscriptionId(2), "trimmed", kPosition, {booking()}, "abc"});
  lines["unsubscribed by the server"] = encode(SubscriptionEnded{SubscriptionId(2), ErrorCode::forbidden});
  lines["ping"] = encode(PingPush{Seq(0)});
  lines["goodbye"] =
      encode(Goodbye{CloseCode::shutting_down, "shutting down", milliseconds(0), milliseconds(5000)});
  lines["notification: overwritten"] = encode(Notification{"overwritten",
                                                           booking().meta.key,
                                                           Version(20),
                                                           {path_of("price"), path_of("a.b")},
                                                           UserId("u3"),
                                                           kThen});
}

}  // namespace

std::map<std::string, std::string> server_lines() {
  std::map<std::string, std::string> lines;
  add_session(lines);
  add_reads(lines);
  add_history(lines);
  add_decisions(lines);
  add_errors(lines);
  add_pushes(lines);
  return lines;
}

}  // namespace coterie::testing
