// A new configuration takes effect between two groups, or not at all.
#include <atomic>

#include "tests/storage/sequenced.hpp"

using namespace coterie;
using namespace coterie::testing;

namespace {

std::shared_ptr<const TypeTable> unique_notes() {
  TypeRules rules;
  rules.unique = {{FieldPath::parse("n").value()}};
  auto types = std::make_shared<TypeTable>();
  types->add(EntityType{"Note"}, std::move(rules));
  return types;
}

Wish note(const std::string& id, int n) {
  return {R"({"op":"create","entityType":"Note","entityId":")" + id + R"(","data":{"n":)" +
          std::to_string(n) + "}}"};
}
Wish numbered() { return {R"({"op":"create","entityType":"Order","data":{},"number":{"no":"order"}})"}; }

struct Work {
  std::unique_ptr<Store> inner = make_memory_store({Epoch{"e1"}, 1'000'000});
  WrappedStore store{*inner};
  Delivered delivered;
  std::atomic<int> adopted{0};
  std::atomic<int> refused{0};

  Reconfiguration change(std::shared_ptr<const TypeTable> types) {
    Reconfiguration made{std::move(types), {}, {}};
    REQUIRE(made.numbers.add("order", "O{number:2}").has_value());
    made.done = [this](Result<std::vector<RuleChange>> result) { ++(result ? adopted : refused); };
    return made;
  }
};

std::vector<std::string> outcomes(const std::vector<GroupOutcome>& groups) {
  std::vector<std::string> words;
  for (const GroupOutcome& group : groups) {
    for (const Decided& decided : group.decided) {
      const auto* rejected = std::get_if<Rejected>(&decided.outcome);
      const auto* committed = std::get_if<CommittedAnswer>(&decided.outcome);
      words.push_back(rejected ? std::string(to_text(rejected->code)) : committed ? "committed" : "other");
    }
  }
  return words;
}

}  // namespace

TEST_CASE(
    "Sequencer: what was submitted before a new configuration is judged by the old, what came after by the "
    "new") {
  Work work;
  Gate gate;
  work.store.before_commit = [&](const Batch&) {
    if (work.store.commits == 1) gate.pass();
    return std::optional<Error>();
  };
  Sequencer sequencer(work.store, quick_options(), work.delivered.into());
  REQUIRE(sequencer.submit(submission(1, "ann", note("first", 9))));
  gate.await_someone();

  REQUIRE(sequencer.submit(submission(2, "ann", note("a", 1))));
  REQUIRE(sequencer.submit(work.change(unique_notes())));
  REQUIRE(sequencer.submit(submission(3, "ann", note("b", 1))));
  REQUIRE(sequencer.submit(submission(4, "ann", note("c", 2))));
  REQUIRE(sequencer.submit(submission(5, "ann", numbered())));
  gate.open();
  const auto groups = work.delivered.await(5);

  CHECK(outcomes(groups) ==
        std::vector<std::string>{"committed", "committed", "unique", "committed", "committed"});
  CHECK(work.adopted == 1);
  const auto* last = std::get_if<CommittedAnswer>(&groups.back().decided.back().outcome);
  REQUIRE(last != nullptr);
  CHECK(last->body.find("O01") != std::string::npos);
}

TEST_CASE("Sequencer: a configuration that the store cannot adopt changes nothing [law 5]") {
  Work work;
  Sequencer sequencer(work.store, quick_options(), work.delivered.into());
  REQUIRE(sequencer.submit(submission(1, "ann", note("a", 1))));
  REQUIRE(sequencer.submit(submission(2, "ann", note("b", 1))));
  work.delivered.await(2);

  REQUIRE(sequencer.submit(work.change(unique_notes())));
  REQUIRE(sequencer.submit(submission(3, "ann", note("c", 1))));
  REQUIRE(sequencer.submit(submission(4, "ann", numbered())));
  const auto groups = work.delivered.await(4);

  CHECK(work.refused == 1);
  CHECK(outcomes(groups) == std::vector<std::string>(4, "committed"));
  const auto* last = std::get_if<CommittedAnswer>(&groups.back().decided.back().outcome);
  REQUIRE(last != nullptr);
  CHECK(last->body.find("ORDER-") != std::string::npos);
}

TEST_CASE("Sequencer: one that is queued at a stop is still told how it ended") {
  Work work;
  Sequencer sequencer(work.store, quick_options(), work.delivered.into());

  REQUIRE(sequencer.submit(work.change(unique_notes())));
  REQUIRE(sequencer.submit(work.change(std::make_shared<TypeTable>())));
  sequencer.stop();

  CHECK(work.adopted == 2);
  CHECK_FALSE(sequencer.submit(work.change(unique_notes())));
}

TEST_CASE(
    "Sequencer: rules of access alone leave types and numbers, and types alone leave the rules [law 8]") {
  Work work;
  Sequencer sequencer(work.store, quick_options(), work.delivered.into());
  const auto nobody = std::make_shared<const AccessRules>();
  Reconfiguration rules;
  rules.access = nobody;
  rules.done = [&](const Result<std::vector<RuleChange>>& result) {
    ++(result ? work.adopted : work.refused);
  };
  REQUIRE(sequencer.submit(work.change(unique_notes())));
  REQUIRE(sequencer.submit(submission(1, "ann", note("a", 1))));
  REQUIRE(sequencer.submit(submission(2, "ann", note("b", 1))));
  REQUIRE(sequencer.submit(std::move(rules)));
  REQUIRE(sequencer.submit(submission(3, "ann", note("c", 2))));
  REQUIRE(sequencer.submit(work.change(unique_notes())));
  REQUIRE(sequencer.submit(submission(4, "ann", note("d", 3))));
  const auto groups = work.delivered.await(4);

  CHECK(outcomes(groups) == std::vector<std::string>{"committed", "unique", "forbidden", "forbidden"});
  CHECK(work.adopted == 3);
}
