// Random mutations: whatever is decided, versions and commits have no holes, a refusal leaves no trace, and
// the log tells the same story as the heads. The seed is printed where it fails; COTERIE_SEED takes it back.
#include <cstdlib>
#include <map>
#include <random>

#include "protocol/json.hpp"
#include "storage/past_version.hpp"
#include "tests/storage/rules.hpp"

using namespace coterie;
using coterie::testing::Rules;
using coterie::testing::Wish;

namespace {

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : engine_(seed) {}
  int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint32_t>(n)); }
  template <std::size_t N>
  const char* of(const char* const (&choices)[N]) {
    return choices[below(N)];
  }

 private:
  std::mt19937 engine_;
};

constexpr const char* kUsers[] = {"ann", "ben", "cid"};
constexpr const char* kStrategies[] = {"", "reject", "merge", "latest-wins"};
constexpr const char* kEdits[] = {R"("set":{"a":1})",
                                  R"("set":{"b.c":2,"a":null})",
                                  R"("set":{"b":{"d":1}})",
                                  R"("unset":["b.c","a"])",
                                  R"("unset":["b"])",
                                  R"("set":{"a.x":5})",
                                  R"("increment":{"n":3})",
                                  R"("increment":{"a":1,"b.n":-1})",
                                  R"("append":{"l":[1,"x"]})",
                                  R"("remove":{"l":[1]},"set":{"s":"t"})",
                                  R"("stamp":{"by":"$user.id"})",
                                  R"("number":{"no":"order"})",
                                  R"("set":{"no":"forged"})",
                                  R"("set":{"n":"text"})",
                                  R"("set":{"l":[]})",
                                  ""};

std::string operation(Chance& chance, Rules& rules, const std::string& id) {
  const std::string target = R"("entityType":"Thing","entityId":")" + id + '"';
  const int version = static_cast<int>(rules.head("Thing", id).meta.version.value());
  const std::string base =
      R"("baseVersion":)" + std::to_string(std::max(1, version - chance.below(4) + 1 - chance.below(2)));
  switch (chance.below(10)) {
    case 0:
    case 1:
      return R"({"op":"create",)" + target + R"(,"data":{"n":1,"b":{"c":1}})" +
             (chance.below(2) == 0 ? R"(,"number":{"no":"order"}})" : "}");
    case 2:
      return R"({"op":"delete",)" + target + "," + base + "}";
    case 3:
      return R"({"op":"restore",)" + target + "," + base + R"(,"toVersion":)" +
             std::to_string(1 + chance.below(6)) + "}";
    case 4:
      return R"({"op":"update","entityType":"Thing","where":{"n":{"$gte":1}},"sort":"-n","guard":{"n":{"$lt":9}},)"
             R"("increment":{"n":1}})";
    default: {
      const std::string edit = chance.of(kEdits);
      return R"({"op":"update",)" + target + "," + base + (edit.empty() ? "" : ",") + edit + "}";
    }
  }
}

Wish wish(Chance& chance, Rules& rules) {
  Wish made;
  const int count = 1 + (chance.below(3) == 0 ? chance.below(4) : 0);
  int id = chance.below(3);
  for (int i = 0; i < count; ++i, id += 1 + chance.below(2)) {
    made.ops += (i == 0 ? "" : ",") + operation(chance, rules, std::to_string(id));
  }
  made.strategy = chance.of(kStrategies);
  return made;
}

// The log replayed from the beginning gives every head; rewound from the head it gives nothing.
void check_story(Rules& rules) {
  std::map<EntityKey, DocumentState> states;
  std::map<EntityKey, Version> versions;
  Seq seq;
  const auto log = rules.log();
  for (const DataSyncEvent& event : log) {
    const bool same_commit = event.index > 0;
    CHECK(event.seq.value() == seq.value() + (same_commit ? 0 : 1));
    seq = event.seq;
    CHECK(event.version.value() == versions[event.key].value() + 1);
    versions[event.key] = event.version;
    REQUIRE(replay(states[event.key], event).has_value());
  }
  for (const auto& [key, state] : states) {
    const Head head = rules.head(key.type.value(), key.id.value());
    CHECK(head.meta.version == versions[key]);
    CHECK(head.deleted == !state.has_value());
    if (state) CHECK(*state == head.data);
  }
  for (auto event = log.rbegin(); event != log.rend(); ++event) {
    REQUIRE(rewind(states[event->key], *event).has_value());
  }
  for (const auto& [key, state] : states) CHECK_FALSE(state.has_value());
}

// What stands in memory between groups is what the store holds.
void check_cache(Rules& rules) {
  Draft draft(*rules.store, rules.cache, rules.store->position().value().seq);
  for (int id = 0; id < 8; ++id) {
    const EntityKey key{EntityType{"Thing"}, EntityId{std::to_string(id)}};
    const Head* const kept = draft.head(key).value();
    const std::optional<Head> stored = rules.store->head(key).value();
    REQUIRE((kept != nullptr) == stored.has_value());
    if (!stored) continue;
    CHECK(kept->meta == stored->meta);
    CHECK(kept->deleted == stored->deleted);
    CHECK(kept->data == stored->data);
    CHECK(kept->numbers == stored->numbers);
  }
}

struct Tally {
  int committed = 0, conflicts = 0, rejected = 0;
};

void run(std::uint32_t seed, Tally& tally) {
  Chance chance(seed);
  Rules rules;
  for (int group = 0; group < 12; ++group) {
    rules.begin_group();
    for (int i = chance.below(8); i >= 0; --i) {
      const Wish made = wish(chance, rules);
      const std::string before = rules.state();
      const Decision decision = rules.decide_for(chance.of(kUsers), made);
      if (std::holds_alternative<CommittedAnswer>(decision.outcome)) {
        ++tally.committed;
        continue;
      }
      (std::holds_alternative<Conflict>(decision.outcome) ? tally.conflicts : tally.rejected) += 1;
      CHECK_FALSE(std::holds_alternative<Error>(decision.outcome));
      CHECK_MESSAGE(rules.state() == before, made.ops);
    }
    rules.commit_group();  // asserts that the store found no hole
    check_cache(rules);
  }
  check_story(rules);
}

}  // namespace

TEST_CASE("decide: random mutations leave no hole, and refusals no trace [law 1] [law 5]") {
  const char* const given = std::getenv("COTERIE_SEED");
  const std::uint32_t first =
      given != nullptr ? static_cast<std::uint32_t>(std::atoi(given)) : std::random_device{}();
  Tally tally;
  for (std::uint32_t seed = first; seed < first + (given != nullptr ? 1 : 60); ++seed) {
    CAPTURE(seed);
    run(seed, tally);
  }
  CHECK(tally.committed > 0);
  if (given == nullptr) {
    CHECK(tally.conflicts > 0);
    CHECK(tally.rejected > 0);
  }
}
