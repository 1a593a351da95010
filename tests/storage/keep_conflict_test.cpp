// How conflicts come into the inbox, and how they are shown there.
#include "tests/storage/stored_conflict.hpp"

using namespace coterie;
using namespace coterie::testing;

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

TEST_CASE("Inbox: of a record of which nothing is left a conflict is shown as such, and can be dismissed") {
  Inbox inbox;
  Batch batch;
  batch.inbox.conflicts.push_back(inbox.entry());
  ConflictEntry& orphan = batch.inbox.conflicts[0].entry;
  orphan.id = ConflictId{7};
  orphan.mutation_id = MutationId{"of another day"};
  orphan.key.id = EntityId{"purged"};
  inbox.store->commit(batch).value();

  const auto shown =
      show_conflict(*inbox.store, ConflictId{7}, {UserId{"cid"}, inbox.context.now}, inbox.types).value();
  const MutationOutcome mine = inbox.decide_stored(
      "cid", R"("conflictId":7,"mutationId":"d1","baseVersion":2,"resolution":"use-mine")");
  inbox.decided("cid", R"("conflictId":7,"mutationId":"d2","resolution":"use-theirs")");

  CHECK_FALSE(shown->conflict.current.has_value());
  CHECK(shown->conflict.fields.empty());
  CHECK(shown->conflict.message.starts_with("Nothing is left of the record"));
  CHECK(std::get<Rejected>(mine).code == RejectedCode::not_found);
  CHECK(inbox.state_of(7) == ConflictState::dismissed);
}
