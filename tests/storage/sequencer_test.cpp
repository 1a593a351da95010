// The writer's queue: groups, order, bounds, and what becomes of a commit that failed.
#include <thread>

#include "tests/storage/sequenced.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

const std::string kNote = R"({"op":"create","entityType":"Note","data":{"a":1}})";

Wish note(const std::string& id) {
  return {R"({"op":"create","entityType":"Note","entityId":")" + id + R"(","data":{"a":1}})"};
}

struct Work {
  std::unique_ptr<Store> inner = make_memory_store({Epoch{"e1"}, 1'000'000});
  WrappedStore store{*inner};
  Delivered delivered;
  SequencerOptions options = quick_options();
};

std::vector<std::uint64_t> order_of(const std::vector<GroupOutcome>& groups) {
  std::vector<std::uint64_t> order;
  for (const GroupOutcome& group : groups) {
    for (const Decided& decided : group.decided) order.push_back(decided.ticket.requester);
  }
  return order;
}

template <class T>
std::size_t count(const std::vector<GroupOutcome>& groups) {
  std::size_t n = 0;
  for (const GroupOutcome& group : groups) {
    for (const Decided& decided : group.decided) n += std::holds_alternative<T>(decided.outcome) ? 1 : 0;
  }
  return n;
}

}  // namespace

TEST_CASE(
    "Sequencer: an edit that finds it idle is committed at once and answered after its commit [law 2]") {
  Work work;
  Sequencer sequencer(work.store, work.options, work.delivered.into());

  REQUIRE(sequencer.submit(submission(1, "ann", note("1"))));
  const auto groups = work.delivered.await(1);

  REQUIRE(groups.size() == 1);
  CHECK(groups[0].position == Position{Epoch{"e1"}, Seq{1}});
  CHECK(work.inner->position().value().seq == Seq{1});
  REQUIRE(groups[0].events.size() == 1);
  CHECK(groups[0].events[0].key.id == EntityId{"1"});
  REQUIRE(std::holds_alternative<CommittedAnswer>(groups[0].decided[0].outcome));
}

TEST_CASE(
    "Sequencer: what arrives during a commit is the next group, decided in the order submitted [law 3]") {
  Work work;
  Gate gate;
  work.store.before_commit = [&](const Batch&) -> std::optional<Error> {
    gate.pass();
    return std::nullopt;
  };
  Sequencer sequencer(work.store, work.options, work.delivered.into());

  REQUIRE(sequencer.submit(submission(1, "ann", note("1"))));
  gate.await_someone();
  for (std::uint64_t i = 2; i <= 50; ++i)
    REQUIRE(sequencer.submit(submission(i, "ann", note(std::to_string(i)))));
  gate.open();
  const auto groups = work.delivered.await(50);

  REQUIRE(groups.size() == 2);
  CHECK(groups[1].decided.size() == 49);
  CHECK(work.store.commits == 2);
  std::vector<std::uint64_t> expected;
  for (std::uint64_t i = 1; i <= 50; ++i) expected.push_back(i);
  CHECK(order_of(groups) == expected);
  CHECK(groups[1].oldest_wait.count() >= 0);
  CHECK(groups[1].position.seq == Seq{50});
}

TEST_CASE("Sequencer: a group is bounded by edits and by bytes [law 6]") {
  Work work;
  Gate gate;
  work.store.before_commit = [&](const Batch&) -> std::optional<Error> {
    gate.pass();
    return std::nullopt;
  };
  work.options.group_edits = 10;
  Delivered by_bytes;
  {
    Sequencer sequencer(work.store, work.options, work.delivered.into());
    REQUIRE(sequencer.submit(submission(1, "ann", note("1"))));
    gate.await_someone();
    for (std::uint64_t i = 2; i <= 26; ++i)
      REQUIRE(sequencer.submit(submission(i, "ann", note(std::to_string(i)))));
    gate.open();
    const auto groups = work.delivered.await(26);
    REQUIRE(groups.size() == 4);
    CHECK(groups[1].decided.size() == 10);
    CHECK(groups[3].decided.size() == 5);
  }
  work.options.group_edits = 1000;
  work.options.group_bytes = 4000;
  Sequencer sequencer(work.store, work.options, by_bytes.into());
  for (std::uint64_t i = 1; i <= 30; ++i)
    REQUIRE(sequencer.submit(submission(i, "ann", note("b" + std::to_string(i)))));
  const auto groups = by_bytes.await(30);
  CHECK(groups.size() >= 3);
  for (const GroupOutcome& group : groups) CHECK(group.decided.size() <= 10);
}

TEST_CASE("Sequencer: a full queue takes nothing, and takes again when there is room [law 6]") {
  Work work;
  Gate gate;
  work.store.before_commit = [&](const Batch&) -> std::optional<Error> {
    gate.pass();
    return std::nullopt;
  };
  work.options.queue_items = 4;
  Sequencer sequencer(work.store, work.options, work.delivered.into());

  REQUIRE(sequencer.submit(submission(1, "ann", note("1"))));
  gate.await_someone();
  std::uint64_t taken = 1;
  while (sequencer.submit(submission(taken + 1, "ann", note(std::to_string(taken + 1))))) ++taken;
  CHECK(taken == 4);
  CHECK(sequencer.waiting() == 4);
  CHECK_FALSE(sequencer.submit(snapshot_of(9, "Note")));
  gate.open();
  work.delivered.await(4);
  while (!sequencer.submit(submission(5, "ann", note("5")))) std::this_thread::yield();
  CHECK(count<CommittedAnswer>(work.delivered.await(5)) == 5);
}

TEST_CASE("Sequencer: a snapshot is read after its group, and shows all of it [law 3]") {
  Work work;
  Gate gate;
  work.store.before_commit = [&](const Batch&) -> std::optional<Error> {
    gate.pass();
    return std::nullopt;
  };
  Sequencer sequencer(work.store, work.options, work.delivered.into());
  REQUIRE(sequencer.submit(submission(1, "ann", note("1"))));
  gate.await_someone();
  REQUIRE(sequencer.submit(snapshot_of(2, "Note")));
  REQUIRE(sequencer.submit(submission(3, "ann", note("3"))));
  REQUIRE(sequencer.submit(snapshot_of(4, "Note")));
  gate.open();
  const auto groups = work.delivered.await(4);

  REQUIRE(groups.size() == 2);
  REQUIRE(groups[1].snapshots.size() == 2);
  CHECK(groups[1].snapshots[0].ticket.requester == 2);
  CHECK(groups[1].snapshots[1].ticket.requester == 4);
  for (const SnapshotTaken& taken : groups[1].snapshots) {
    REQUIRE(taken.page.has_value());
    CHECK(taken.page->entities.size() == 2);
    CHECK(taken.page->position == groups[1].position);
  }
}

TEST_CASE("Sequencer: many snapshots are spread over groups, and come without any edit [law 6]") {
  Work work;
  work.options.snapshot_bytes = 3 * 4096;
  Sequencer sequencer(work.store, work.options, work.delivered.into());

  for (std::uint64_t i = 1; i <= 10; ++i) REQUIRE(sequencer.submit(snapshot_of(i, "Note")));
  const auto groups = work.delivered.await(10);

  std::uint64_t next = 1;
  for (const GroupOutcome& group : groups) {
    CHECK(group.snapshots.size() <= 3);
    CHECK(group.decided.empty());
    for (const SnapshotTaken& taken : group.snapshots) CHECK(taken.ticket.requester == next++);
  }
  CHECK(next == 11);
  CHECK(work.store.commits == 0);
}

TEST_CASE("Sequencer: stop decides what is queued, then takes nothing more") {
  Work work;
  Gate gate;
  work.store.before_commit = [&](const Batch&) -> std::optional<Error> {
    gate.pass();
    return std::nullopt;
  };
  Sequencer sequencer(work.store, work.options, work.delivered.into());
  REQUIRE(sequencer.submit(submission(1, "ann", note("1"))));
  gate.await_someone();
  REQUIRE(sequencer.submit(submission(2, "ann", note("2"))));
  REQUIRE(sequencer.submit(snapshot_of(3, "Note")));
  std::thread stopper([&] { sequencer.stop(); });
  gate.open();
  stopper.join();
  sequencer.stop();

  const auto groups = work.delivered.await(3);
  CHECK(count<CommittedAnswer>(groups) == 2);
  CHECK_FALSE(sequencer.submit(submission(4, "ann", note("4"))));
}

TEST_CASE(
    "Sequencer: a refused commit leaves nothing, and every mutation of its group may try again [law 2] [law "
    "5]") {
  Work work;
  Gate gate;
  int refusals = 0;
  work.store.before_commit = [&](const Batch&) -> std::optional<Error> {
    gate.pass();
    if (work.store.commits != 2) return std::nullopt;
    ++refusals;
    return store_error(true);
  };
  Sequencer sequencer(work.store, work.options, work.delivered.into());
  REQUIRE(sequencer.submit(submission(1, "ann", note("1"))));
  gate.await_someone();
  REQUIRE(sequencer.submit(submission(2, "ann", note("2"))));
  REQUIRE(sequencer.submit(submission(3, "ann", note("2"))));  // exists, by what will not be committed
  REQUIRE(sequencer.submit(snapshot_of(4, "Note")));
  gate.open();
  const auto groups = work.delivered.await(4);
  REQUIRE(sequencer.submit(submission(5, "ann", note("2"))));
  const auto later = work.delivered.await(5);

  CHECK(refusals == 1);
  REQUIRE(groups.size() == 2);
  for (const Decided& decided : groups[1].decided) {
    REQUIRE(std::holds_alternative<Error>(decided.outcome));
    CHECK(std::get<Error>(decided.outcome).code == ErrorCode::unavailable);
    CHECK(std::get<Error>(decided.outcome).retry);
  }
  CHECK(groups[1].events.empty());
  CHECK(groups[1].position.seq == Seq{1});
  REQUIRE(groups[1].snapshots.size() == 1);
  CHECK(groups[1].snapshots[0].page->entities.size() == 1);
  CHECK(later.back().position.seq == Seq{2});
  CHECK(std::holds_alternative<CommittedAnswer>(later.back().decided[0].outcome));
}

TEST_CASE(
    "Sequencer: a commit whose end is unknown is answered by what the store holds when opened anew [law 2]") {
  for (const bool was_written : {true, false}) {
    CAPTURE(was_written);
    Work work;
    work.store.before_commit = [&](const Batch& batch) -> std::optional<Error> {
      if (was_written) REQUIRE(work.inner->commit(batch).has_value());
      return store_error(false);
    };
    int recoveries = 0;
    work.store.on_recover = [&]() -> Result<Seq> {
      if (++recoveries < 3) return store_error(true);  // the disk takes its time
      return work.inner->recover();
    };
    Sequencer sequencer(work.store, work.options, work.delivered.into());
    REQUIRE(sequencer.submit(submission(1, "ann", note("1"))));
    const auto groups = work.delivered.await(1);

    CHECK(recoveries == 3);
    CHECK(groups[0].events.size() == (was_written ? 1 : 0));
    CHECK(groups[0].position.seq == Seq{was_written ? 1U : 0U});
    CHECK(std::holds_alternative<CommittedAnswer>(groups[0].decided[0].outcome) == was_written);
  }
}

TEST_CASE("Sequencer: the unknown end of a group of checks alone is settled by its answers [law 4]") {
  for (const bool was_written : {true, false}) {
    CAPTURE(was_written);
    Work work;
    work.store.before_commit = [&](const Batch& batch) -> std::optional<Error> {
      if (!batch.events.empty()) return std::nullopt;
      if (was_written) REQUIRE(work.inner->commit(batch).has_value());
      return store_error(false);
    };
    Sequencer sequencer(work.store, work.options, work.delivered.into());
    REQUIRE(sequencer.submit(submission(1, "ann", note("1"))));
    work.delivered.await(1);
    REQUIRE(sequencer.submit(
        submission(2, "ann", {R"({"op":"update","entityType":"Note","entityId":"1","baseVersion":1})"})));
    const auto groups = work.delivered.await(2);

    CHECK(std::holds_alternative<CommittedAnswer>(groups[1].decided[0].outcome) == was_written);
  }
}

TEST_CASE("Sequencer: stopped while the end of a commit is unknown, it says that it is unknown [law 2]") {
  Work work;
  Gate gate;
  work.store.before_commit = [](const Batch&) { return store_error(false); };
  work.store.on_recover = [&]() -> Result<Seq> {
    gate.pass();
    return store_error(true);
  };
  Sequencer sequencer(work.store, work.options, work.delivered.into());
  REQUIRE(sequencer.submit(submission(1, "ann", note("1"))));
  gate.await_someone();
  std::thread stopper([&] { sequencer.stop(); });
  gate.open();
  stopper.join();

  const auto groups = work.delivered.await(1);
  CHECK(groups[0].events.empty());
  const auto* error = std::get_if<Error>(&groups[0].decided[0].outcome);
  REQUIRE(error != nullptr);
  CHECK(error->retry);
  CHECK(error->message.find("not known") != std::string::npos);
}

TEST_CASE("Sequencer: answers past their window are forgotten now and then, a step at a time [law 6]") {
  Work work;
  work.options.trim_interval = std::chrono::milliseconds{0};
  work.options.answers_count = 1;
  {
    Sequencer sequencer(work.store, work.options, work.delivered.into());
    for (std::uint64_t i = 1; i <= 3; ++i) {
      REQUIRE(sequencer.submit(submission(i, "ann", note(std::to_string(i)))));
      work.delivered.await(i);
    }
  }
  CHECK(work.store.trims == 3);
}
