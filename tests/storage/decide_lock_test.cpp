// Locks held against edits: whoever writes, by whatever operation and strategy.
#include "storage/lock_table.hpp"
#include "tests/storage/rules.hpp"

using namespace coterie;
using namespace coterie::testing;
using namespace std::chrono_literals;

namespace {

struct Locks : Rules {
  Locks() {
    committed("ann", {R"({"op":"create","entityType":"Booking","entityId":"42","data":)"
                      R"({"price":10,"tags":[],"address":{"city":"Bonn","zip":"1"}}})"});
    context.locks = &table;
  }
  Fence lock(const std::string& user, const std::string& field) {
    const Lock request{{{EntityType{"Booking"}, EntityId{"42"}},
                        field.empty() ? FieldPath{} : FieldPath::parse(field).value()},
                       {},
                       false,
                       {}};
    const Author author{UserId{user}, SessionId{"s-" + user}, ClientId{"c-" + user}, "Name of " + user};
    const LockOutcome outcome = table.lock(request, author, now, [this] { return Fence{++last}; });
    REQUIRE(std::holds_alternative<Locked>(outcome));
    return std::get<Locked>(outcome).fence;
  }
  LockTable table;
  LockTable::Time now{};
  std::uint64_t last = 6;
};

std::string update(const std::string& members) {
  return R"({"op":"update","entityType":"Booking","entityId":"42",)" + members + "}";
}

}  // namespace

TEST_CASE_FIXTURE(Locks,
                  "Locked: every kind of change of a field that another holds is refused, with the holder") {
  lock("ben", "address");
  const char* const changes[] = {
      R"("baseVersion":1,"set":{"address":{}})",
      R"("baseVersion":1,"set":{"address.city":"Ulm"})",
      R"("baseVersion":1,"unset":["address.zip"])",
      R"("increment":{"address.floor":1})",
      R"("append":{"address.lines":["x"]})",
      R"("remove":{"address.lines":["x"]})",
      R"("stamp":{"address.checkedBy":"$user.id"})",
      R"("number":{"address.number":"order"})",
      R"("set":{"address.city":"Ulm"},"guard":{"price":10})",
      R"("baseVersion":1,"set":{"price":11,"address.zip":"2"})",
  };
  for (const char* change : changes) {
    CAPTURE(change);
    for (const char* strategy : {"reject", "merge", "latest-wins"}) {
      const Rejected refused = rejected("ann", {update(change), {}, strategy});
      CHECK(refused.code == RejectedCode::locked);
      CHECK(refused.field.starts_with("address"));
      CHECK(refused.retry);
      REQUIRE(refused.holder);
      CHECK(refused.holder->user == UserId{"ben"});
      CHECK(refused.holder->name == "Name of ben");
    }
  }
  committed("ann", {update(R"("baseVersion":1,"set":{"price":11})")});
  committed("ann", {update(R"("baseVersion":2,"guard":{"address.city":"Bonn"})")});  // only looks
}

TEST_CASE_FIXTURE(Locks, "Locked: what is done to the whole record meets every lock on it") {
  lock("ben", "address.city");
  const Rejected removal =
      rejected("ann", {R"({"op":"delete","entityType":"Booking","entityId":"42","baseVersion":1})"});
  CHECK(removal.code == RejectedCode::locked);
  CHECK(removal.field == "address.city");
  CHECK(rejected("ann",
                 {R"({"op":"restore","entityType":"Booking","entityId":"42","baseVersion":1,"toVersion":1})"})
            .code == RejectedCode::locked);

  committed("ben", {R"({"op":"delete","entityType":"Booking","entityId":"42","baseVersion":1})"});
}

TEST_CASE_FIXTURE(Locks, "Locked: a lock on the whole record covers every field, and its holder edits on") {
  const Fence fence = lock("ben", "");
  const Rejected refused = rejected("ann", {update(R"("increment":{"price":1})")});
  CHECK(refused.code == RejectedCode::locked);
  CHECK(refused.field == "price");

  const Decision decision = decide_for("ben", {update(R"("increment":{"price":1})")});
  CHECK(std::holds_alternative<CommittedAnswer>(decision.outcome));
  CHECK(decision.used_locks == std::vector<Fence>{fence});
}

TEST_CASE_FIXTURE(
    Locks, "Locked: looked at after existence and before staleness; the whole mutation falls with it") {
  lock("ben", "price");
  committed("ben", {update(R"("baseVersion":1,"set":{"price":12})")});

  CHECK(rejected("ann", {update(R"("baseVersion":1,"set":{"price":11})")}).code == RejectedCode::locked);
  CHECK(rejected("ann", {R"({"op":"update","entityType":"Booking","entityId":"43","increment":{"price":1}})"})
            .code == RejectedCode::not_found);
  const Rejected second = rejected(
      "ann", {R"({"op":"create","entityType":"Note","data":{}},)" + update(R"("increment":{"price":1})")});
  CHECK(second.code == RejectedCode::locked);
  CHECK(second.op_index == 1);
}

TEST_CASE_FIXTURE(Locks, "Locked: where a `where` leads to a record, its locks count") {
  lock("ben", "price");
  const Rejected refused = rejected(
      "ann", {R"({"op":"update","entityType":"Booking","where":{"price":10},"increment":{"price":1}})"});
  CHECK(refused.code == RejectedCode::locked);
}

TEST_CASE_FIXTURE(Locks, "Fences: the same user edits by the fence from elsewhere, another user never") {
  const Fence fence = lock("ben", "price");
  const std::string by_fence =
      update(R"("increment":{"price":1},"fences":[)" + std::to_string(fence.value()) + "]");
  const Mutation mutation = mutation_of({by_fence});

  CHECK(rejected("ann", {by_fence}).code == RejectedCode::fenced);
  // A script of Ben's, without any session.
  context.author = Author{UserId{"ben"}, SessionId{}, ClientId{"http"}};
  Draft draft(*store, cache, store->position().value().seq);
  CHECK(std::holds_alternative<CommittedAnswer>(decide(mutation, context, draft).outcome));
  const Decision without = decide(mutation_of({update(R"("increment":{"price":1})")}), context, draft);
  REQUIRE(std::holds_alternative<Rejected>(without.outcome));
  CHECK(std::get<Rejected>(without.outcome).code == RejectedCode::locked);
}

TEST_CASE_FIXTURE(
    Locks, "Fences: an edit that relies on a lock which is held no more is fenced, whatever it changes") {
  const Fence fence = lock("ben", "price");
  const std::string relies = R"(,"fences":[)" + std::to_string(fence.value()) + "]";
  committed("ben", {update(R"("baseVersion":1,"set":{"note":"x"})" + relies)});
  now += 30s;
  table.expire(now);

  const Rejected refused = rejected("ben", {update(R"("baseVersion":2,"set":{"note":"y"})" + relies)});
  CHECK(refused.code == RejectedCode::fenced);
  CHECK_FALSE(refused.retry);
  CHECK(rejected("ben", {R"({"op":"create","entityType":"Note","data":{})" + relies + "}"}).code ==
        RejectedCode::fenced);
  committed("ben", {update(R"("baseVersion":2,"set":{"note":"y"})")});
}
