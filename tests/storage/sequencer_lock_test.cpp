// Locks on their way through the writer: in order with the edits, held or taken back with their group, and
// freed by the clock and by the end of sessions.
#include <atomic>

#include "tests/storage/sequenced.hpp"

using namespace coterie;
using namespace coterie::testing;
using namespace std::chrono_literals;

namespace {

Wish note(const std::string& id) {
  return {R"({"op":"create","entityType":"Note","entityId":")" + id + R"(","data":{"a":1}})"};
}
Wish count_up(const std::string& id, const std::string& field = "a") {
  return {R"({"op":"update","entityType":"Note","entityId":")" + id + R"(","increment":{")" + field +
          R"(":1}})"};
}
Wish removal(const std::string& id, int base) {
  return {R"({"op":"delete","entityType":"Note","entityId":")" + id + R"(","baseVersion":)" +
          std::to_string(base) + "}"};
}

struct Work {
  std::unique_ptr<Store> inner = make_memory_store({Epoch{"e1"}, 1'000'000});
  WrappedStore store{*inner};
  Delivered delivered;
  std::atomic<LockTable::Time> now{LockTable::Time{}};
  SequencerOptions options = quick_options();
  Work() {
    options.steady = [this] { return now.load(); };
  }
};

// The outcome of the lock request of that requester.
LockOutcome outcome_of(const std::vector<GroupOutcome>& groups, std::uint64_t requester) {
  for (const GroupOutcome& group : groups) {
    for (const LockDecided& decided : group.locks) {
      if (decided.ticket.requester == requester) return decided.outcome;
    }
  }
  FAIL("no answer to " << requester);
  return {};
}
Fence fence_of(const LockOutcome& outcome) {
  REQUIRE(std::holds_alternative<Locked>(outcome));
  return std::get<Locked>(outcome).fence;
}
ErrorCode code_of(const LockOutcome& outcome) {
  REQUIRE(std::holds_alternative<Error>(outcome));
  return std::get<Error>(outcome).code;
}
std::string edit_of(const std::vector<GroupOutcome>& groups, std::uint64_t requester) {
  for (const GroupOutcome& group : groups) {
    for (const Decided& decided : group.decided) {
      if (decided.ticket.requester != requester) continue;
      if (const auto* rejected = std::get_if<Rejected>(&decided.outcome))
        return std::string(to_text(rejected->code));
      if (const auto* error = std::get_if<Error>(&decided.outcome)) return std::string(to_text(error->code));
      return std::holds_alternative<CommittedAnswer>(decided.outcome) ? "committed" : "another";
    }
  }
  return "none";
}
std::vector<LockChange::Kind> kinds(const std::vector<LockChange>& changes) {
  std::vector<LockChange::Kind> all;
  for (const LockChange& change : changes) all.push_back(change.kind);
  return all;
}
using Kind = LockChange::Kind;

}  // namespace

TEST_CASE("Sequencer: locks and edits are decided in the order submitted, and answered with their group") {
  Work work;
  Gate gate;
  bool first = true;
  work.store.before_commit = [&](const Batch&) -> std::optional<Error> {
    if (std::exchange(first, false)) gate.pass();
    return std::nullopt;
  };
  Sequencer sequencer(work.store, work.options, work.delivered.into());
  REQUIRE(sequencer.submit(submission(1, "ann", note("1"))));
  gate.await_someone();

  REQUIRE(sequencer.submit(submission(2, "ben", count_up("1"))));
  REQUIRE(sequencer.submit(lock_of(3, "ann", "1", "a")));
  REQUIRE(sequencer.submit(submission(4, "ben", count_up("1"))));
  REQUIRE(sequencer.submit(lock_of(5, "ben", "1", "")));
  REQUIRE(sequencer.submit(submission(6, "ben", count_up("1", "b"))));
  REQUIRE(sequencer.submit(unlock_of(7, "ann", "1", "a", Fence{1})));
  REQUIRE(sequencer.submit(submission(8, "ben", count_up("1"))));
  gate.open();
  const auto groups = work.delivered.await(8);

  REQUIRE(groups.size() == 2);
  CHECK(edit_of(groups, 2) == "committed");
  CHECK(fence_of(outcome_of(groups, 3)) == Fence{1});
  CHECK(edit_of(groups, 4) == "locked");
  CHECK(std::holds_alternative<Denied>(outcome_of(groups, 5)));
  CHECK(edit_of(groups, 6) == "committed");
  CHECK(std::holds_alternative<Unlocked>(outcome_of(groups, 7)));
  CHECK(edit_of(groups, 8) == "committed");
  const std::vector<LockChange>& changes = groups[1].lock_changes;
  REQUIRE(kinds(changes) == std::vector{Kind::acquired, Kind::released});
  CHECK(changes[0].after == Seq{2});
  CHECK(changes[1].after == Seq{3});
}

TEST_CASE("Sequencer: what is not there cannot be locked, and what is deleted loses its locks") {
  Work work;
  Sequencer sequencer(work.store, work.options, work.delivered.into());
  sequencer.submit(lock_of(1, "ann", "1", ""));
  sequencer.submit(submission(2, "ann", note("1")));
  sequencer.submit(lock_of(3, "ann", "1", "a"));
  sequencer.submit(submission(4, "ann", removal("1", 1)));
  sequencer.submit(lock_of(5, "ben", "1", ""));
  const auto groups = work.delivered.await(5);

  CHECK(code_of(outcome_of(groups, 1)) == ErrorCode::not_found);
  CHECK(edit_of(groups, 4) == "committed");
  CHECK(code_of(outcome_of(groups, 5)) == ErrorCode::not_found);
  CHECK(kinds(work.delivered.await_changes(2)) == std::vector{Kind::acquired, Kind::released});
}

TEST_CASE("Sequencer: the end of a lease wakes it, with nothing else to do") {
  Work work;
  work.options.steady = [] { return std::chrono::steady_clock::now(); };
  Sequencer sequencer(work.store, work.options, work.delivered.into());
  sequencer.submit(submission(1, "ann", note("1")));
  work.delivered.await(1);
  LockSubmission brief = lock_of(2, "ann", "1", "a");
  std::get<Lock>(brief.request).ttl = 2ms;
  sequencer.submit(std::move(brief));

  const auto changes = work.delivered.await_changes(2);

  CHECK(kinds(changes) == std::vector{Kind::acquired, Kind::expired});
  CHECK(work.store.commits == 2);  // the record, and the reserve of fences
}

TEST_CASE("Sequencer: an edit of the holder renews the lease, another's does not") {
  Work work;
  Sequencer sequencer(work.store, work.options, work.delivered.into());
  sequencer.submit(submission(1, "ann", note("1")));
  sequencer.submit(lock_of(2, "ann", "1", "a"));
  work.delivered.await(2);
  work.now = LockTable::Time{} + 20s;
  sequencer.submit(submission(3, "ann", count_up("1")));
  sequencer.submit(submission(4, "ben", count_up("1", "b")));
  work.delivered.await(4);
  work.now = LockTable::Time{} + 45s;
  sequencer.submit(submission(5, "ben", count_up("1")));
  const auto held = work.delivered.await(5);
  work.now = LockTable::Time{} + 50s;
  sequencer.submit(submission(6, "ben", count_up("1")));
  const auto free = work.delivered.await(6);

  CHECK(edit_of(held, 5) == "locked");
  CHECK(edit_of(free, 6) == "committed");
  CHECK(kinds(work.delivered.await_changes(3)) == std::vector{Kind::acquired, Kind::renewed, Kind::expired});
}

TEST_CASE("Sequencer: a session that ends frees its locks, however full the queue is [law 6]") {
  Work work;
  work.options.queue_items = 3;
  Gate gate;
  int commits = 0;
  work.store.before_commit = [&](const Batch&) -> std::optional<Error> {
    if (++commits == 3) gate.pass();
    return std::nullopt;
  };
  Sequencer sequencer(work.store, work.options, work.delivered.into());
  sequencer.submit(submission(1, "ann", note("1")));
  work.delivered.await(1);
  sequencer.submit(lock_of(2, "ann", "1", "a"));
  work.delivered.await(2);
  sequencer.submit(submission(3, "ann", note("2")));
  gate.await_someone();
  while (sequencer.submit(lock_of(4, "ann", "1", "b"))) {
  }

  sequencer.submit(SessionEnded{SessionId{"s-ann"}});
  gate.open();

  // What it asked for before its end is freed as well.
  const auto changes = work.delivered.await_changes(4);
  CHECK(kinds(changes).back() == Kind::released);
  std::size_t held = 0;
  for (const Kind kind : kinds(changes)) {
    if (kind == Kind::acquired) ++held;
    if (kind == Kind::released) --held;
  }
  CHECK(held == 0);
}

TEST_CASE(
    "Sequencer: a group that could not be stored leaves the locks as they were, but for sessions that "
    "ended") {
  Work work;
  Gate gate;
  int commits = 0;
  work.store.before_commit = [&](const Batch&) -> std::optional<Error> {
    ++commits;
    if (commits == 2) gate.pass();
    return commits == 3 ? std::optional(store_error(true)) : std::nullopt;
  };
  Sequencer sequencer(work.store, work.options, work.delivered.into());
  sequencer.submit(submission(1, "ann", note("1")));
  work.delivered.await(1);
  sequencer.submit(lock_of(2, "ann", "1", "a"));
  sequencer.submit(lock_of(3, "ben", "1", "b"));
  gate.await_someone();
  sequencer.submit(submission(4, "cem", note("2")));
  sequencer.submit(lock_of(5, "cem", "2", ""));
  sequencer.submit(lock_of(6, "cem", "1", "b", true));
  sequencer.submit(SessionEnded{SessionId{"s-ann"}});
  gate.open();
  const auto groups = work.delivered.await(6);

  CHECK(edit_of(groups, 4) == "unavailable");
  CHECK(code_of(outcome_of(groups, 5)) == ErrorCode::unavailable);
  CHECK(code_of(outcome_of(groups, 6)) == ErrorCode::unavailable);
  const auto changes = work.delivered.await_changes(3);
  CHECK(kinds(changes) == std::vector{Kind::acquired, Kind::acquired, Kind::released});
  CHECK(changes.back().lock.holder.session == SessionId{"s-ann"});
  sequencer.submit(lock_of(7, "cem", "1", "b"));
  sequencer.submit(lock_of(8, "cem", "1", "a"));
  const auto after = work.delivered.await(8);
  CHECK(std::holds_alternative<Denied>(outcome_of(after, 7)));
  CHECK(fence_of(outcome_of(after, 8)) > Fence{2});
}

TEST_CASE("Sequencer: where the reserve of fences cannot be stored, no lock is given") {
  Work work;
  bool broken = false;
  work.store.before_commit = [&](const Batch& batch) -> std::optional<Error> {
    CHECK((broken ? batch.sequences.size() == 1 : true));
    return broken ? std::optional(store_error(true)) : std::nullopt;
  };
  Sequencer sequencer(work.store, work.options, work.delivered.into());
  sequencer.submit(submission(1, "ann", note("1")));
  work.delivered.await(1);
  broken = true;
  sequencer.submit(lock_of(2, "ann", "1", "a"));
  CHECK(code_of(outcome_of(work.delivered.await(2), 2)) == ErrorCode::unavailable);

  broken = false;
  sequencer.submit(lock_of(3, "ben", "1", "a"));
  CHECK(fence_of(outcome_of(work.delivered.await(3), 3)).value() >= 1);
  sequencer.submit(unlock_of(4, "ben", "1", "a", fence_of(outcome_of(work.delivered.await(3), 3))));
  work.delivered.await(4);
  CHECK(work.inner->sequence(FenceSource::counter()).value() >= 1000);
}

TEST_CASE("Sequencer: after a restart locks are free, and every fence is larger than all before") {
  Work work;
  Fence largest;
  int reserves = 0;
  work.store.before_commit = [&](const Batch& batch) -> std::optional<Error> {
    for (const SequenceValue& sequence : batch.sequences) reserves += sequence.name == FenceSource::counter();
    return std::nullopt;
  };
  {
    Sequencer sequencer(work.store, work.options, work.delivered.into());
    sequencer.submit(submission(1, "ann", note("1")));
    for (std::uint64_t i = 2; i < 1500; ++i) {
      sequencer.submit(lock_of(i, "ann", "1", "a", true));
      sequencer.submit(lock_of(i + 10'000, "ben", "1", "a", true));
    }
    const auto groups = work.delivered.await(1 + 2 * 1498);
    largest = fence_of(outcome_of(groups, 11'499));
    CHECK(largest.value() > 2000);
  }
  // By the thousand: whom a lock is taken from is told in commits of their own.
  CHECK(reserves == 3);

  Sequencer again(work.store, work.options, work.delivered.into());
  again.submit(lock_of(20'000, "cem", "1", "a"));
  CHECK(fence_of(outcome_of(work.delivered.await(2 + 2 * 1498), 20'000)) > largest);
}

TEST_CASE("Sequencer: a commit whose end is unknown gives the lock where the reserve is found to be there") {
  Work work;
  int commits = 0;
  bool there = true;
  work.store.before_commit = [&](const Batch& batch) -> std::optional<Error> {
    if (++commits != 2) return std::nullopt;
    if (there) REQUIRE(work.inner->commit(batch).has_value());
    return store_error(false);
  };
  SUBCASE("there") {}
  SUBCASE("not there") { there = false; }
  Sequencer sequencer(work.store, work.options, work.delivered.into());
  sequencer.submit(submission(1, "ann", note("1")));
  work.delivered.await(1);
  sequencer.submit(lock_of(2, "ann", "1", "a"));

  const LockOutcome outcome = outcome_of(work.delivered.await(2), 2);

  CHECK(std::holds_alternative<Locked>(outcome) == there);
}
