// The inbox in the sequencer: durable with its group, and what becomes of it where a commit fails.
#include "tests/storage/sequenced.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

const std::string kCreate = R"({"op":"create","entityType":"Car","entityId":"1","data":{"a":1}})";

// Each rests on version 1.
std::string update(int a) {
  return R"({"op":"update","entityType":"Car","entityId":"1","baseVersion":1,"set":{"a":)" +
         std::to_string(a) + "}}";
}

Author author(const std::string& user) { return {UserId{user}, SessionId{"s"}, ClientId{"c"}}; }

struct Work {
  std::unique_ptr<Store> inner = make_memory_store({Epoch{"e1"}, 1'000'000});
  WrappedStore store{*inner};
  Delivered delivered;
  Sequencer sequencer{store, quick_options(), delivered.into()};
  std::size_t answers = 0;

  GroupOutcome after(std::size_t more = 1) {
    answers += more;
    return delivered.await(answers).back();
  }
  GroupOutcome edit(const std::string& user, const Wish& wish) {
    REQUIRE(sequencer.submit(submission(answers + 1, user, wish)));
    return after();
  }
  GroupOutcome change(const std::string& user, InboxChange change) {
    REQUIRE(sequencer.submit(InboxSubmission{{answers + 1, RequestId{1}}, author(user), std::move(change)}));
    return after();
  }
  // Ben's late edit under this mutation id.
  GroupOutcome store_conflict(const std::string& id = "late") {
    return edit("ben", {update(9), id, {}, {}, true});
  }
  void stale() {
    edit("ann", {kCreate});
    edit("ann", {update(2)});
  }
};

const Conflict& conflict_in(const GroupOutcome& group) {
  return std::get<Conflict>(group.decided.at(0).outcome);
}

}  // namespace

TEST_CASE("Sequencer: a stored conflict is answered once it is durable, and counted [law 2]") {
  Work work;
  work.stale();
  bool there_before = true;
  work.store.before_commit = [&](const Batch& batch) -> std::optional<Error> {
    there_before = work.inner->inbox().conflict(ConflictId{1}).value().has_value();
    CHECK(batch.inbox.conflicts.size() == 1);
    return std::nullopt;
  };

  const GroupOutcome group = work.store_conflict();

  CHECK_FALSE(there_before);
  CHECK(conflict_in(group).conflict_id == ConflictId{1});
  CHECK(work.inner->inbox().conflict(ConflictId{1}).value().has_value());
  CHECK(group.open_conflicts == 1);
  CHECK(group.inbox.conflicts.size() == 1);
}

TEST_CASE("Sequencer: where the commit is refused nobody is told of a conflict that was stored [law 2]") {
  Work work;
  work.stale();
  work.store.before_commit = [](const Batch&) { return std::optional<Error>(store_error(true)); };

  const GroupOutcome group = work.store_conflict();

  CHECK(std::get<Error>(group.decided.at(0).outcome).code == ErrorCode::unavailable);
  CHECK(group.inbox.empty());
  CHECK(work.inner->inbox().open_conflicts().value() == 0);
  work.store.before_commit = nullptr;
  CHECK(conflict_in(work.store_conflict()).conflict_id == ConflictId{1});
}

TEST_CASE("Sequencer: after a commit of unknown end it is found out whether the conflict is there [law 2]") {
  Work work;
  work.stale();
  SUBCASE("it is") {
    work.store.before_commit = [&](const Batch& batch) {
      work.inner->commit(batch).value();
      return std::optional<Error>(store_error(false));
    };
    CHECK(conflict_in(work.store_conflict()).conflict_id == ConflictId{1});
    CHECK(work.inner->inbox().open_conflicts().value() == 1);
  }
  SUBCASE("it is not") {
    work.store.before_commit = [](const Batch&) { return std::optional<Error>(store_error(false)); };
    CHECK(std::holds_alternative<Error>(work.store_conflict().decided.at(0).outcome));
    CHECK(work.inner->inbox().open_conflicts().value() == 0);
  }
}

TEST_CASE("Sequencer: changes that make no row are found out about as well [law 2]") {
  Work work;
  work.stale();
  work.store_conflict();
  bool lands = false;
  work.store.before_commit = [&](const Batch& batch) {
    if (lands) work.inner->commit(batch).value();
    return std::optional<Error>(store_error(false));
  };

  const GroupOutcome lost = work.change("ann", AssignConflict{ConflictId{1}, UserId{"cid"}});
  lands = true;
  const GroupOutcome there = work.change("ann", AssignConflict{ConflictId{1}, UserId{"cid"}});

  CHECK(std::holds_alternative<Error>(lost.inbox_done.at(0).outcome));
  CHECK(std::holds_alternative<Assigned>(there.inbox_done.at(0).outcome));
  CHECK(work.inner->inbox().conflict(ConflictId{1}).value()->entry.assignee == UserId{"cid"});
}

TEST_CASE("Sequencer: an overwritten author's notice comes with the group and is stored with it [law 2]") {
  Work work;
  work.stale();

  const GroupOutcome group = work.edit("ben", {update(3), {}, "latest-wins"});

  REQUIRE(group.inbox.notifications.size() == 1);
  CHECK(group.inbox.notifications[0].user == UserId{"ann"});
  CHECK(work.inner->inbox().unread(UserId{"ann"}).value() == 1);
}

TEST_CASE("Sequencer: whoever marks as read is told how many are left, as it stands after the group") {
  Work work;
  work.stale();
  work.edit("ben", {update(3), {}, "latest-wins"});
  work.edit("ben", {update(4), {}, "latest-wins"});
  REQUIRE(work.inner->inbox().unread(UserId{"ann"}).value() == 2);

  const GroupOutcome group = work.change("ann", MarkRead{{NotificationId{1}}, {}});

  CHECK(group.inbox_done.at(0).ticket.requester == work.answers);
  CHECK(std::get<MarkedRead>(group.inbox_done.at(0).outcome).unread == 1);
}

TEST_CASE("Sequencer: of two decisions that arrive together one succeeds, the other is told [law 5]") {
  Work work;
  work.stale();
  work.store_conflict();
  const auto decide = [&](std::uint64_t requester, const std::string& user) {
    DecideConflict decision;
    decision.id = ConflictId{1};
    decision.mutation_id = MutationId{"d-" + user};
    decision.resolution.kind = ResolutionKind::use_mine;
    decision.base_version = Version{2};
    REQUIRE(work.sequencer.submit(ConflictSubmission{{requester, RequestId{1}}, author(user), decision}));
  };

  decide(21, "ann");
  decide(22, "cid");
  work.answers += 2;
  const std::vector<GroupOutcome> groups = work.delivered.await(work.answers);

  std::vector<const Decided*> decided;
  for (const GroupOutcome& group : groups) {
    for (const Decided& one : group.decided) {
      if (one.ticket.requester > 20) decided.push_back(&one);
    }
  }
  REQUIRE(decided.size() == 2);
  CHECK(std::holds_alternative<CommittedAnswer>(decided[0]->outcome));
  REQUIRE(std::holds_alternative<Rejected>(decided[1]->outcome));
  CHECK(std::get<Rejected>(decided[1]->outcome).code == RejectedCode::decided);
  CHECK(groups.back().open_conflicts.value_or(0) == 0);
}
