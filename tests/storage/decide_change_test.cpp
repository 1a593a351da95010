// What each kind of operation does to a record, and what its event says.
#include "tests/storage/rules.hpp"

using namespace coterie;
using coterie::testing::Rules;

namespace {

const std::string kBooking = R"({"op":"create","entityType":"Booking","entityId":"42","data":)";

Rules with_booking(const std::string& data) {
  Rules rules;
  rules.committed("ann", {kBooking + data + "}"});
  return rules;
}

std::string update(const std::string& members) {
  return R"({"op":"update","entityType":"Booking","entityId":"42",)" + members + "}";
}

}  // namespace

TEST_CASE("decide: a create makes version 1, and its event holds the whole document [law 1]") {
  Rules rules;

  const auto answer = rules.committed("ann", {kBooking + R"({"city":"Bonn","n":1}})"});

  CHECK(answer.at("seq").as_int64() == 1);
  CHECK(answer.at("results").at(0).at("version").as_int64() == 1);
  CHECK(rules.data("Booking", "42") == R"({"city":"Bonn","n":1})");
  const auto log = rules.log();
  REQUIRE(log.size() == 1);
  CHECK(log[0].operation == EventOperation::create);
  CHECK(log[0].set == R"({"city":"Bonn","n":1})");
  CHECK(log[0].unset == "[]");
  CHECK(log[0].old == "{}");
  CHECK(log[0].user_id == UserId{"ann"});
  CHECK(log[0].session_id == SessionId{"s-ann"});
  CHECK(log[0].client_id == ClientId{"c-ann"});
  CHECK(log[0].cause == Cause::user);
}

TEST_CASE("decide: a create that names no id is given one") {
  Rules rules;

  const auto answer = rules.committed("ann", {R"({"op":"create","entityType":"Note","data":{}})"});

  CHECK(answer.at("results").at(0).at("entityId").as_string() == "made-1");
  CHECK(rules.data("Note", "made-1") == "{}");
}

TEST_CASE("decide: creating what is there already is refused, without showing it [law 8]") {
  Rules rules = with_booking("{}");

  const Rejected why = rules.rejected("ben", {kBooking + "{}}"});

  CHECK(why.code == RejectedCode::exists);
  CHECK_FALSE(why.current.has_value());
}

TEST_CASE("decide: set and unset make one version, and the event holds new and old values [law 1]") {
  Rules rules = with_booking(R"({"a":1,"b":{"c":2,"d":3},"note":"x"})");

  rules.committed("ben", {update(R"("baseVersion":1,"set":{"a":5,"b.c":[1]},"unset":["note","gone"])")});

  CHECK(rules.data("Booking", "42") == R"({"a":5,"b":{"c":[1],"d":3}})");
  const DataSyncEvent event = rules.log().back();
  CHECK(event.version == Version{2});
  CHECK(event.set == R"({"a":5,"b.c":[1]})");
  CHECK(event.unset == R"(["note"])");
  CHECK(event.old == R"({"a":1,"b.c":2,"note":"x"})");
  CHECK(rules.head("Booking", "42").meta.created_by == UserId{"ann"});
  CHECK(rules.head("Booking", "42").meta.updated_by == UserId{"ben"});
}

TEST_CASE("decide: a missing parent appears in the event as a whole, so that the log leads back exactly") {
  Rules rules = with_booking("{}");

  rules.committed("ann",
                  {update(R"("baseVersion":1,"set":{"to.city":"Bonn","to.zip":"1"},"increment":{"n.x":2})")});

  CHECK(rules.log().back().set == R"({"n":{"x":2},"to":{"city":"Bonn","zip":"1"}})");
  CHECK(rules.log().back().old == "{}");
}

TEST_CASE("decide: a path through anything but an object is invalid and names the field [law 5]") {
  Rules rules = with_booking(R"({"a":1,"list":[{"x":1}],"nothing":null})");

  CHECK(rules.rejected("ann", {update(R"("baseVersion":1,"set":{"a.b":1})")}).field == "a.b");
  CHECK(rules.rejected("ann", {update(R"("baseVersion":1,"set":{"list.x":1})")}).field == "list.x");
  CHECK(rules.rejected("ann", {update(R"("baseVersion":1,"unset":["nothing.b"])")}).field == "nothing.b");
  const Rejected why = rules.rejected("ann", {update(R"("increment":{"a.b.c":1})")});
  CHECK(why.field == "a.b.c");
  CHECK(why.code == RejectedCode::invalid);
}

TEST_CASE("decide: increments count from 0 where nothing is, and their event is a set") {
  Rules rules = with_booking(R"({"n":5,"half":0.5,"empty":null})");

  rules.committed("ann", {update(R"("increment":{"n":-7,"half":0.5,"new":3,"empty":1})")});

  CHECK(rules.data("Booking", "42") == R"({"n":-2,"half":1,"empty":1,"new":3})");
  CHECK(rules.log().back().set == R"({"empty":1,"half":1,"n":-2,"new":3})");
}

TEST_CASE("decide: an increment of no number, or beyond exact numbers, is invalid [law 5]") {
  Rules rules = with_booking(
      R"({"text":"5","most":9007199254740991,"least":-9007199254740991,"big":9007199254740990})");

  CHECK(rules.rejected("ann", {update(R"("increment":{"text":1})")}).field == "text");
  CHECK(rules.rejected("ann", {update(R"("increment":{"most":1})")}).field == "most");
  CHECK(rules.rejected("ann", {update(R"("increment":{"least":-1})")}).field == "least");
  CHECK(rules.rejected("ann", {update(R"("increment":{"big":9007199254740991})")}).field == "big");
  CHECK(rules.rejected("ann", {update(R"("increment":{"big":1.5})")}).code == RejectedCode::invalid);
  rules.committed("ann", {update(R"("increment":{"big":1})")});
}

TEST_CASE("decide: append and remove work on lists, and on nothing as on an empty list") {
  Rules rules = with_booking(R"({"tags":["a","b","a",1],"text":"x"})");

  rules.committed("ann",
                  {update(R"("append":{"seats":[1,{"r":2}]},"remove":{"tags":["a",1.0],"none":["z"]})")});

  CHECK(rules.data("Booking", "42") == R"({"tags":["b"],"text":"x","seats":[1,{"r":2}]})");
  CHECK(rules.log().back().set == R"({"seats":[1,{"r":2}],"tags":["b"]})");
  CHECK(rules.rejected("ann", {update(R"("append":{"text":[1]})")}).field == "text");
  CHECK(rules.rejected("ann", {update(R"("remove":{"text":[1]})")}).field == "text");
}

TEST_CASE("decide: an update that changes nothing makes no version, and is committed all the same [law 1]") {
  Rules rules = with_booking(R"({"a":1,"list":[1]})");

  const auto answer = rules.committed(
      "ann",
      {update(R"("baseVersion":1,"set":{"a":1},"unset":["b"],"append":{"list":[]},"return":"after")")});

  CHECK(answer.at("seq").as_int64() == 1);
  CHECK(answer.at("results").at(0).at("version").as_int64() == 1);
  CHECK(answer.at("results").at(0).at("entity").at("version").as_int64() == 1);
  CHECK(rules.log().size() == 1);
}

TEST_CASE(
    "decide: an update with only checks makes no version, and is answered once like any other [law 4]") {
  Rules rules = with_booking(R"({"status":"open"})");
  const std::string check = update(R"("baseVersion":1,"guard":{"status":"open"})");

  const auto first = rules.decide_for("ann", {check, "check-1"});
  rules.committed("ann", {update(R"("baseVersion":1,"set":{"status":"shut"})")});
  const auto repeat = rules.decide_for("ann", {check, "check-1"});

  CHECK(rules.log().size() == 2);
  REQUIRE(std::holds_alternative<CommittedAnswer>(first.outcome));
  CHECK(std::get<CommittedAnswer>(first.outcome).seq == Seq{1});
  REQUIRE(std::holds_alternative<Repeated>(repeat.outcome));
  CHECK(std::get<Repeated>(repeat.outcome).body == std::get<CommittedAnswer>(first.outcome).body);
}

TEST_CASE("decide: a delete is a version, and a create goes on from there [law 1]") {
  Rules rules = with_booking(R"({"a":1})");

  rules.committed("ann", {R"({"op":"delete","entityType":"Booking","entityId":"42","baseVersion":1})"});
  CHECK(rules.head("Booking", "42").deleted);
  CHECK(rules.log().back().operation == EventOperation::remove);
  CHECK(rules.log().back().old == R"({"a":1})");
  rules.committed("ben", {kBooking + R"({"b":2}})"});

  CHECK(rules.head("Booking", "42").meta.version == Version{3});
  CHECK(rules.head("Booking", "42").meta.created_by == UserId{"ben"});
  CHECK(rules.data("Booking", "42") == R"({"b":2})");
  CHECK(rules.log().back().operation == EventOperation::create);
}

TEST_CASE("decide: a restore of a live record is an update by the difference") {
  Rules rules = with_booking(R"({"a":1,"b":1})");
  rules.committed("ann", {update(R"("baseVersion":1,"set":{"a":2,"c":3})")});

  rules.committed(
      "ben", {R"({"op":"restore","entityType":"Booking","entityId":"42","baseVersion":2,"toVersion":1})"});

  CHECK(rules.data("Booking", "42") == R"({"a":1,"b":1})");
  const DataSyncEvent event = rules.log().back();
  CHECK(event.operation == EventOperation::update);
  CHECK(event.cause == Cause::restore);
  CHECK(event.set == R"({"a":1})");
  CHECK(event.unset == R"(["c"])");
  CHECK(event.version == Version{3});
}

TEST_CASE("decide: a restore of a deleted record is a create with the whole document [law 1]") {
  Rules rules = with_booking(R"({"a":1})");
  rules.committed("ann", {R"({"op":"delete","entityType":"Booking","entityId":"42","baseVersion":1})"});
  const std::string restore = R"({"op":"restore","entityType":"Booking","entityId":"42",)";

  CHECK(rules.rejected("ben", {restore + R"("baseVersion":2,"toVersion":2})"}).field == "toVersion");
  CHECK(rules.rejected("ben", {restore + R"("baseVersion":2,"toVersion":9})"}).field == "toVersion");
  const Conflict stale = rules.conflict("ben", {restore + R"("baseVersion":1,"toVersion":1})"});
  CHECK_FALSE(stale.current.has_value());
  rules.committed("ben", {restore + R"("baseVersion":2,"toVersion":1,"return":"after"})"});

  CHECK(rules.data("Booking", "42") == R"({"a":1})");
  CHECK(rules.log().back().operation == EventOperation::create);
  CHECK(rules.log().back().cause == Cause::restore);
  CHECK(rules.log().back().set == R"({"a":1})");
  CHECK(rules.log().back().version == Version{3});
}

TEST_CASE("decide: stamps are what the server fills in, whatever the client says") {
  Rules rules = with_booking(R"({"status":"submitted"})");

  rules.committed("ben", {update(R"("guard":{"status":"submitted"},"set":{"status":"approved"},)"
                                 R"("stamp":{"approvedBy":"$user.id","approvedAt":"$now"})")});
  rules.committed("eve", {R"({"op":"create","entityType":"Note","entityId":"1","data":{"by":"ann"},)"
                          R"("stamp":{"by":"$user.id"}})"});

  CHECK(rules.data("Booking", "42") ==
        R"({"status":"approved","approvedBy":"ben","approvedAt":"2026-11-23T04:00:00.000Z"})");
  CHECK(rules.data("Note", "1") == R"({"by":"eve"})");
}

TEST_CASE("decide: the document before and after is returned where it is asked for") {
  Rules rules = with_booking(R"({"n":1})");

  const auto before = rules.committed("ann", {update(R"("increment":{"n":1},"return":"before")")});
  const auto after = rules.committed("ann", {update(R"("increment":{"n":1},"return":"after")")});

  CHECK(before.at("results").at(0).at("entity").at("data").at("n").as_int64() == 1);
  CHECK(before.at("results").at(0).at("entity").at("version").as_int64() == 1);
  CHECK(after.at("results").at(0).at("entity").at("data").at("n").as_int64() == 3);
  CHECK(after.at("results").at(0).at("entity").at("version").as_int64() == 3);
}

TEST_CASE("decide: a record or a mutation that grows too big is refused with its size [law 6]") {
  Rules rules = with_booking(R"({"a":")" + std::string(900, 'x') + R"("})");
  rules.context.entity_bytes = 1000;
  rules.context.transaction_bytes = 8000;
  const std::string many(120, 'y');

  const Rejected entity = rules.rejected("ann", {update(R"("append":{"list":[")" + many + R"("]})")});
  CHECK(entity.code == RejectedCode::invalid);
  CHECK(entity.message.find("at most 1000") != std::string::npos);
  std::string ops;
  for (int i = 0; i < 10; ++i) {
    ops += std::string(i == 0 ? "" : ",") + R"({"op":"create","entityType":"Note","data":{"a":")" +
           std::string(500, 'z') + R"("}})";
  }
  const Rejected whole = rules.rejected("ann", {ops});
  CHECK(whole.message.find("at most 8000") != std::string::npos);
}

TEST_CASE("decide: depth and members are bounded whichever way a document grows [law 6]") {
  Rules rules = with_booking("{}");
  rules.context.entity_bytes = 1 << 20;
  std::string path = "a";
  for (int i = 1; i < 32; ++i) path += ".a";
  std::string items = "0";
  for (int i = 1; i < 4000; ++i) items += ",0";

  rules.committed("ann", {update(R"("baseVersion":1,"set":{")" + path + R"(":1})")});
  rules.committed("ann", {update(R"("append":{"b":[)" + items + "]}")});
  rules.committed("ann", {update(R"("append":{"b":[)" + items + "]}")});
  const Rejected why = rules.rejected("ann", {update(R"("append":{"b":[)" + items + "]}")});

  CHECK(why.code == RejectedCode::invalid);
  CHECK(why.message.find("10000") != std::string::npos);
}
