// What becomes of a stored conflict when somebody decides.
#include "tests/storage/stored_conflict.hpp"

using namespace coterie;
using namespace coterie::testing;

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

TEST_CASE("Inbox: the proposal settles what the type settles, as it is shown and as it is decided [law 5]") {
  Inbox inbox;
  TypeRules rules;
  rules.clashes.set(FieldPath::parse("price").value(), ClashPolicy::sum);
  inbox.configure("Car", rules);

  const Conflict shown = inbox.shown();
  inbox.decided("cid", decision("\"merge\"", 2));

  CHECK(shown.merged->at("price") == 13);  // 10, and 2 of ann's, and 1 of ben's
  CHECK(inbox.data("Car", "1") == R"({"price":13,"note":"b","stock":5})");
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

TEST_CASE(
    "Inbox: several operations of another history are not decided: what the others rest on is not known") {
  Rules rules;
  rules.committed("ann", {kCreate});
  rules.committed("ann", {kAnns});
  const std::string both = R"({"op":"create","entityType":"Note","entityId":"n","data":{}},)" + kBens;
  REQUIRE(rules.conflict("ben", stored(both, "late")).conflict_id == ConflictId{1});
  rules.context.epoch = Epoch{"e2"};

  const MutationOutcome mine = rules.decide_stored("cid", decision("\"use-mine\"", 2));
  const MutationOutcome dismissed = rules.decide_stored("cid", decision("\"use-theirs\"", 2, "d2"));

  CHECK(std::get<Rejected>(mine).code == RejectedCode::invalid);
  CHECK(rules.data("Note", "n").empty());
  CHECK(std::holds_alternative<CommittedAnswer>(dismissed));
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
