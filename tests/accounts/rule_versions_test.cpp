// The rules of access as versions: what the file says and what an administrator sets, and which of them is in
// force.
#include <doctest/doctest.h>

#include "storage/accounts/account_store.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace coterie;
using coterie::testing::TemporaryDirectory;

namespace {

constexpr Timestamp kNow{std::chrono::milliseconds(1'780'000'000'000)};
const Act kRoot{UserId{"root"}, {"10.0.0.7", "a browser"}, kNow};
const RulesText kNone{};
const RulesText kSales{R"({"access":{"Booking":{"read":"sales"}}})", "1111"};
const RulesText kStock{R"({"access":{"Booking":{"read":"stock"}}})", "2222"};
const RulesText kBoss{R"({"access":{"Booking":{"read":"boss"}}})", "3333"};

struct World {
  RulesVersion file(const RulesText& text) { return *store->take_file_rules(text, kNow); }
  RulesVersion api(const RulesText& text, std::uint64_t on) {
    const RulesChanged changed = store->set_rules(text, RulesOrigin::api, Version{on}, kRoot);
    REQUIRE(std::holds_alternative<RulesVersion>(changed));
    return std::get<RulesVersion>(changed);
  }
  std::vector<std::string> noted() const {
    ActivityQuery query;
    query.kind = ActivityKind::rules_changed;
    std::vector<std::string> words;
    for (const ActivityRow& row : *store->activity().read(query))
      words.push_back(row.activity.user.value() + ": " + row.activity.detail);
    return words;
  }
  void open_again() {
    store.reset();
    store = std::move(*AccountStore::open(directory.path()));
  }

  TemporaryDirectory directory;
  std::unique_ptr<AccountStore> store = std::move(*AccountStore::open(directory.path()));
};

}  // namespace

TEST_CASE("Rule versions: a file that says the same as before leaves in force what an administrator set") {
  World world;
  CHECK(world.file(kSales).version == Version{1});
  const RulesVersion set = world.api(kStock, 1);
  CHECK(set.version == Version{2});
  CHECK(set.origin == RulesOrigin::api);
  CHECK(set.set_by == UserId{"root"});

  world.open_again();
  const RulesVersion after = world.file(kSales);

  CHECK(after.version == Version{2});
  CHECK(after.text.source == kStock.source);
  CHECK(after.origin == RulesOrigin::api);
}

TEST_CASE("Rule versions: a file that says something else is the next version, also back to what it was") {
  World world;
  world.file(kSales);
  world.api(kStock, 1);

  const RulesVersion changed = world.file(kBoss);
  CHECK(changed.version == Version{3});
  CHECK(changed.origin == RulesOrigin::file);
  CHECK(changed.text.source == kBoss.source);
  CHECK(world.file(kBoss).version == Version{3});
  CHECK(world.file(kSales).version == Version{4});
}

TEST_CASE("Rule versions: a file without rules is a change only where it had some") {
  World world;
  const RulesVersion first = world.file(kNone);
  CHECK(first.version == Version{1});
  CHECK(first.text.source.empty());
  CHECK(world.noted().empty());

  world.api(kStock, 1);
  CHECK(world.file(kNone).text.source == kStock.source);

  CHECK(world.file(kSales).version == Version{3});
  const RulesVersion removed = world.file(kNone);
  CHECK(removed.version == Version{4});
  CHECK(removed.text.source.empty());
  CHECK(world.noted().front().find("none, everyone who is signed in may everything") != std::string::npos);
}

TEST_CASE(
    "Rule versions: a change that rests on an old version changes nothing and shows the newest [law 5]") {
  World world;
  world.file(kSales);
  world.api(kStock, 1);
  world.store->take_touched();

  const RulesChanged late = world.store->set_rules(kBoss, RulesOrigin::api, Version{1}, kRoot);

  REQUIRE(std::holds_alternative<StaleRules>(late));
  CHECK(std::get<StaleRules>(late).current.text.source == kStock.source);
  CHECK(world.store->rules().newest()->version == Version{2});
  CHECK_FALSE(world.store->take_touched().rules.has_value());
}

TEST_CASE("Rule versions: all are kept without a hole, told to whoever holds them, and in the log [law 1]") {
  World world;
  world.file(kSales);
  world.api(kStock, 1);
  CHECK(world.store->take_touched().rules->version == Version{2});
  world.file(kBoss);

  const auto all = *world.store->rules().versions(std::nullopt, 10);
  REQUIRE(all.size() == 3);
  CHECK(all[0].version == Version{3});
  CHECK(all[2].text.source == kSales.source);
  CHECK(world.store->rules().versions(Version{3}, 1)->front().version == Version{2});
  CHECK((*world.store->rules().find(Version{2}))->text.hash == kStock.hash);
  CHECK_FALSE(world.store->rules().find(Version{4})->has_value());
  CHECK(world.noted() == std::vector<std::string>{"file: version 3, by file", "root: version 2, by api",
                                                  "file: version 1, by file"});
  CHECK(world.store->activity().verify()->fault.empty());
}
