// Conflicts that are stored, and what becomes of them when somebody decides.
#include "storage/conflict_view.hpp"
#include "tests/storage/rules.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

const std::string kCreate =
    R"({"op":"create","entityType":"Car","entityId":"1","data":{"price":10,"note":"a","stock":5}})";
// Each rests on version 1; ben's come late.
const std::string kAnns =
    R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":1,"set":{"price":12}})";
const std::string kBens =
    R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":1,"set":{"price":11,"note":"b"}})";

Wish stored(const std::string& ops, const std::string& id = {}) { return {ops, id, {}, {}, true}; }

// Ann's edit is in, ben's is in the inbox as number 1.
struct Inbox : Rules {
  explicit Inbox(const std::string& bens = kBens) {
    committed("ann", {kCreate});
    committed("ann", {kAnns});
    first = conflict("ben", stored(bens, "late"));
  }
  StoredConflict entry(std::uint64_t id = 1) {
    return store->inbox().conflict(ConflictId{id}).value().value();
  }
  ConflictState state_of(std::uint64_t id = 1) { return entry(id).entry.state; }
  Conflict shown(const std::string& user = "cid") {
    return show_conflict(*store, ConflictId{1}, {UserId{user}, context.now}).value().value().conflict;
  }
  std::vector<Notification> told(const std::string& user) {
    return store->inbox().notifications({UserId{user}, true, {}, 50}).value().notifications;
  }
  boost::json::object decided(const std::string& user, const std::string& members) {
    const MutationOutcome outcome = decide_stored(user, members);
    if (const auto* why = std::get_if<Rejected>(&outcome)) FAIL(why->message);
    REQUIRE(std::holds_alternative<CommittedAnswer>(outcome));
    return object_of(std::get<CommittedAnswer>(outcome).body);
  }
  Conflict first;
};

std::string decision(const std::string& resolution, std::uint64_t base, const std::string& id = "d1") {
  return R"("conflictId":1,"mutationId":")" + id + R"(","baseVersion":)" + std::to_string(base) +
         R"(,"resolution":)" + resolution;
}

}  // namespace

TEST_CASE(
    "Inbox: a conflict that is to be stored is kept with its mutation, any other only answered [law 5]") {
  Inbox inbox;

  const Conflict answered = inbox.conflict("ben", {kBens});

  CHECK(inbox.first.conflict_id == ConflictId{1});
  CHECK_FALSE(answered.conflict_id.has_value());
  CHECK(inbox.store->inbox().open_conflicts().value() == 1);
  const ConflictEntry entry = inbox.entry().entry;
  CHECK(entry.user_id == UserId{"ben"});
  CHECK(entry.mutation_id == MutationId{"late"});
  CHECK(entry.base_version == Version{1});
  CHECK(entry.operation == OperationKind::update);
  CHECK(entry.fields == R"({"note":"yours","price":"clash"})");
  CHECK(inbox.data("Car", "1") == R"({"price":12,"note":"a","stock":5})");
}

TEST_CASE("Inbox: a mutation sent again is not stored twice, within its group neither [law 4]") {
  Inbox inbox;

  const Conflict again = inbox.conflict("ben", stored(kBens, "late"));
  inbox.begin_group();
  const Decision one = inbox.decide_for("ben", stored(kBens, "other"));
  const Decision two = inbox.decide_for("ben", stored(kBens, "other"));
  const Decision same_id = inbox.decide_for("cid", stored(kBens, "other"));
  inbox.commit_group();

  CHECK(again.conflict_id == ConflictId{1});
  CHECK(std::get<Conflict>(one.outcome).conflict_id == ConflictId{2});
  CHECK(std::get<Conflict>(two.outcome).conflict_id == ConflictId{2});
  CHECK(std::get<Conflict>(same_id.outcome).conflict_id == ConflictId{3});
  CHECK(inbox.store->inbox().open_conflicts().value() == 3);
}

TEST_CASE("Inbox: another change under the id of a stored one is refused") {
  Inbox inbox;

  const Rejected refused = inbox.rejected("ben", stored(kAnns, "late"));

  CHECK(refused.code == RejectedCode::mutation_reused);
}

TEST_CASE("Inbox: a full inbox answers the conflict and says that it is not kept [law 6]") {
  Inbox inbox;
  inbox.context.inbox.conflicts = 2;
  inbox.begin_group();
  const Decision second = inbox.decide_for("ben", stored(kBens, "m2"));
  const Decision third = inbox.decide_for("ben", stored(kBens, "m3"));
  inbox.commit_group();

  CHECK(std::get<Conflict>(second.outcome).conflict_id == ConflictId{2});
  CHECK_FALSE(std::get<Conflict>(third.outcome).conflict_id.has_value());
  CHECK(std::get<Conflict>(third.outcome).not_stored == "limit");
  inbox.decided("ann", decision("\"use-mine\"", 2));
  CHECK(inbox.conflict("ben", stored(kAnns, "m4")).conflict_id == ConflictId{3});
}

TEST_CASE("Inbox: a conflict that is too large is answered and not kept [law 6]") {
  Inbox inbox;
  inbox.context.inbox.conflict_bytes = 100;

  CHECK(inbox.conflict("ben", stored(kBens, "large")).not_stored == "too_large");
}

TEST_CASE("Inbox: use-mine writes what its author meant, as the decider's, and tells the author") {
  Inbox inbox;

  const auto answer = inbox.decided("cid", decision("\"use-mine\"", 2));

  CHECK(answer.at("conflictId") == 1);
  CHECK(answer.at("results").at(0).at("version") == 3);
  CHECK(inbox.data("Car", "1") == R"({"price":11,"note":"b","stock":5})");
  CHECK(inbox.log().back().user_id == UserId{"cid"});
  CHECK(inbox.log().back().mutation_id == MutationId{"d1"});
  const ConflictEntry entry = inbox.entry().entry;
  CHECK(entry.state == ConflictState::decided);
  CHECK(entry.decision->by == UserId{"cid"});
  CHECK(entry.decision->resolution == ResolutionKind::use_mine);
  CHECK(entry.decision->version == Version{3});
  REQUIRE(inbox.told("ben").size() == 1);
  CHECK(inbox.told("ben")[0].kind == NotificationKind::conflict_decided);
  CHECK(inbox.told("ben")[0].details == object_of(R"({"conflictId":1,"resolution":"use-mine"})"));
  CHECK(inbox.told("cid").empty());
}

TEST_CASE("Inbox: whoever decides their own conflict needs no notice") {
  Inbox inbox;
  inbox.decided("ben", decision("\"use-mine\"", 2));
  CHECK(inbox.told("ben").empty());
}

TEST_CASE("Inbox: merge writes the proposal: theirs where it clashes, yours elsewhere, increments on top") {
  Inbox inbox(R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":1,
                  "set":{"price":11,"note":"b"},"increment":{"stock":-2}})");
  inbox.committed("ann", {R"({"op":"update","entityType":"Car","entityId":"1","increment":{"stock":-1}})"});

  inbox.decided("cid", decision("\"merge\"", 3));

  CHECK(inbox.data("Car", "1") == R"({"price":12,"note":"b","stock":2})");
}

TEST_CASE("Inbox: a merge that leaves nothing to write decides, and makes no version [law 1]") {
  Inbox inbox(R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":1,"set":{"price":11}})");

  const auto answer = inbox.decided("cid", decision("\"merge\"", 2));

  CHECK(answer.at("results").at(0).at("version") == 2);
  CHECK(inbox.head("Car", "1").meta.version == Version{2});
  CHECK(inbox.state_of() == ConflictState::decided);
}

TEST_CASE("Inbox: values of the decider's own are written in place of the change") {
  Inbox inbox;

  inbox.decided("cid", decision(R"({"set":{"price":11.5},"unset":["note"]})", 2));

  CHECK(inbox.data("Car", "1") == R"({"price":11.5,"stock":5})");
  CHECK(inbox.entry().entry.decision->resolution == ResolutionKind::set);
}

TEST_CASE("Inbox: use-theirs writes nothing, and the conflict is dismissed") {
  Inbox inbox;
  const std::string before = inbox.state();

  const auto answer = inbox.decided("cid", R"("conflictId":1,"mutationId":"d1","resolution":"use-theirs")");

  CHECK(answer.at("results").as_array().empty());
  CHECK(inbox.state() == before);
  CHECK(inbox.state_of() == ConflictState::dismissed);
  CHECK(inbox.entry().entry.decision->version == Version{2});
  CHECK(inbox.told("ben").size() == 1);
}

TEST_CASE("Inbox: a decision on a version that has passed is a conflict, and decides nothing [law 5]") {
  Inbox inbox;
  inbox.committed(
      "ann", {R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":2,"set":{"price":13}})"});
  const std::string before = inbox.state();

  for (const char* how : {"\"use-mine\"", "\"use-theirs\"", "\"merge\"", R"({"set":{"price":1}})"}) {
    const MutationOutcome outcome = inbox.decide_stored("cid", decision(how, 2));
    REQUIRE(std::holds_alternative<Conflict>(outcome));
    const Conflict& now = std::get<Conflict>(outcome);
    CHECK(now.mutation_id == MutationId{"d1"});
    CHECK(now.conflict_id == ConflictId{1});
    CHECK(now.current_version == Version{3});
    CHECK(now.current == object_of(R"({"price":13,"note":"a","stock":5})"));
    CHECK(now.changed_by.size() == 2);
  }
  CHECK(inbox.state() == before);
  CHECK(inbox.state_of() == ConflictState::open);
  CHECK(inbox.told("ben").empty());
}

TEST_CASE("Inbox: of two who decide at once the second is told by whom and when [law 5]") {
  Inbox inbox;
  inbox.begin_group();
  const MutationOutcome one = inbox.decide_stored("cid", decision("\"use-mine\"", 2, "d1"));
  const MutationOutcome two = inbox.decide_stored("dan", decision("\"use-theirs\"", 3, "d2"));
  inbox.commit_group();
  const MutationOutcome three = inbox.decide_stored("eve", decision("\"merge\"", 2, "d3"));

  CHECK(std::holds_alternative<CommittedAnswer>(one));
  for (const MutationOutcome& late : {two, three}) {
    REQUIRE(std::holds_alternative<Rejected>(late));
    CHECK(std::get<Rejected>(late).code == RejectedCode::decided);
    CHECK(std::get<Rejected>(late).message ==
          "cid decided it just now (use-mine); the record was then at version 3.");
  }
  CHECK(inbox.head("Car", "1").meta.version == Version{3});
  CHECK(inbox.told("ben").size() == 1);
}

TEST_CASE("Inbox: a decision sent again gets its first answer, and nothing is done twice [law 4]") {
  Inbox inbox;
  const std::string members = decision("\"use-mine\"", 2);
  const MutationOutcome first = inbox.decide_stored("cid", members);

  const MutationOutcome again = inbox.decide_stored("cid", members);
  const MutationOutcome other = inbox.decide_stored("cid", decision("\"merge\"", 2));

  REQUIRE(std::holds_alternative<Repeated>(again));
  CHECK(std::get<Repeated>(again).body == std::get<CommittedAnswer>(first).body);
  CHECK(std::get<Rejected>(other).code == RejectedCode::mutation_reused);
  CHECK(inbox.head("Car", "1").meta.version == Version{3});
}

TEST_CASE("Inbox: of a record that was deleted only use-theirs is left") {
  Inbox inbox;
  inbox.committed("ann", {R"({"op":"delete","entityType":"Car","entityId":"1","baseVersion":2})"});

  const MutationOutcome mine = inbox.decide_stored("cid", decision("\"use-mine\"", 3));
  const MutationOutcome merged = inbox.decide_stored("cid", decision("\"merge\"", 3));
  CHECK_FALSE(inbox.shown().current.has_value());
  inbox.decided("cid", decision("\"use-theirs\"", 3));

  CHECK_FALSE(std::get<Conflict>(mine).current.has_value());
  CHECK(std::get<Rejected>(merged).code == RejectedCode::invalid);
  CHECK(inbox.state_of() == ConflictState::dismissed);
}

TEST_CASE("Inbox: a stored delete can be done all the same, and has no proposal") {
  Inbox inbox(R"({"op":"delete","entityType":"Car","entityId":"1","baseVersion":1})");

  const MutationOutcome merged = inbox.decide_stored("cid", decision("\"merge\"", 2));
  inbox.decided("cid", decision("\"use-mine\"", 2));

  CHECK(std::get<Rejected>(merged).code == RejectedCode::invalid);
  CHECK(inbox.head("Car", "1").deleted);
}

TEST_CASE("Inbox: a guard of the change is heeded when it is decided, and a refusal leaves it open") {
  Rules rules;
  rules.committed("ann", {kCreate});
  rules.committed("ann", {kAnns});
  const std::string guarded = R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":1,
                                  "set":{"note":"b"},"guard":{"stock":{"$gte":5}}})";
  REQUIRE(rules.conflict("ben", stored(guarded, "late")).conflict_id == ConflictId{1});
  rules.committed("ann", {R"({"op":"update","entityType":"Car","entityId":"1","increment":{"stock":-1}})"});

  const MutationOutcome outcome = rules.decide_stored("cid", decision("\"use-mine\"", 3));

  CHECK(std::get<Rejected>(outcome).code == RejectedCode::guard_failed);
  CHECK(rules.store->inbox().open_conflicts().value() == 1);
}

TEST_CASE("Inbox: a mutation of several operations is decided whole, or not at all [law 5]") {
  Rules rules;
  rules.committed("ann", {kCreate});
  rules.committed("ann", {kAnns});
  rules.committed("ann", {R"({"op":"create","entityType":"Stock","entityId":"s","data":{"left":1}})"});
  const std::string both =
      R"({"op":"update","entityType":"Stock","entityId":"s","increment":{"left":-1},"guard":{"left":{"$gte":1}}},)" +
      kBens;
  REQUIRE(rules.conflict("ben", stored(both, "late")).op_index == 1);
  const auto add_stock = [&](const char* by) {
    rules.committed(
        "ann", {std::string(R"({"op":"update","entityType":"Stock","entityId":"s","increment":{"left":)") +
                by + "}}"});
  };

  add_stock("-1");
  const MutationOutcome refused = rules.decide_stored("cid", decision("\"merge\"", 2));
  CHECK(std::get<Rejected>(refused).code == RejectedCode::guard_failed);
  CHECK(rules.data("Car", "1") == R"({"price":12,"note":"a","stock":5})");
  add_stock("1");
  CHECK(std::holds_alternative<CommittedAnswer>(rules.decide_stored("cid", decision("\"merge\"", 2))));

  CHECK(rules.data("Stock", "s") == R"({"left":0})");
  CHECK(rules.data("Car", "1") == R"({"price":12,"note":"b","stock":5})");
}

TEST_CASE("Inbox: a mutation that is committed when it is sent again leaves nothing to decide") {
  Rules rules;
  rules.committed("ann", {kCreate});
  rules.committed("ann", {kAnns});
  Wish merged = stored(
      R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":1,"set":{"price":11}})", "late");
  merged.strategy = "merge";
  REQUIRE(rules.conflict("ben", merged).conflict_id == ConflictId{1});
  rules.committed(
      "ann", {R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":2,"set":{"price":10}})"});

  rules.committed("ben", merged);

  const ConflictEntry entry = rules.store->inbox().conflict(ConflictId{1}).value()->entry;
  CHECK(entry.state == ConflictState::decided);
  CHECK(entry.decision->resolution == ResolutionKind::resent);
  CHECK(entry.decision->version == Version{4});
}

TEST_CASE("Inbox: an open conflict is shown against the record as it stands, a decided one as it was") {
  Inbox inbox;
  inbox.committed(
      "ann", {R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":2,"set":{"note":"c"}})"});

  const Conflict open = inbox.shown("ann");
  inbox.decided("cid", decision("\"use-mine\"", 3));
  const Conflict closed = inbox.shown("ann");

  CHECK(open.current_version == Version{3});
  CHECK(open.current == object_of(R"({"price":12,"note":"c","stock":5})"));
  CHECK(open.yours == object_of(R"({"price":11,"note":"b","stock":5})"));
  CHECK(open.merged == open.current);
  CHECK(open.message == "You changed note and price just now. Take theirs, keep yours, or merge.");
  CHECK(closed.current_version == Version{2});
  CHECK(closed.current == inbox.first.current);
  CHECK(closed.fields == inbox.first.fields);
  CHECK(closed.message == inbox.first.message);
}

TEST_CASE("Inbox: a conflict whose base is not known is decided without a proposal") {
  Rules rules;
  rules.committed("ann", {kCreate});
  Wish other_epoch = stored(kBens, "late");
  other_epoch.epoch = "of another day";
  REQUIRE(rules.conflict("ben", other_epoch).base_unavailable);

  const MutationOutcome merged = rules.decide_stored("cid", decision("\"merge\"", 1));
  const MutationOutcome mine = rules.decide_stored("cid", decision("\"use-mine\"", 1));

  CHECK(std::get<Rejected>(merged).code == RejectedCode::invalid);
  CHECK(std::holds_alternative<CommittedAnswer>(mine));
  CHECK(rules.data("Car", "1") == R"({"price":11,"note":"b","stock":5})");
}

TEST_CASE("Inbox: what is not there cannot be decided") {
  Rules rules;
  const MutationOutcome outcome = rules.decide_stored("cid", decision("\"use-mine\"", 1));
  CHECK(std::get<Error>(outcome).code == ErrorCode::not_found);
}
