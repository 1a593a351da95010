// The rules of a file that is read anew: in force in one step with its types, a version afterwards, and what
// others set meanwhile waits.
#include "server/accounts/rules_service.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <mutex>
#include <thread>

#include "tests/support/temporary_directory.hpp"

using namespace coterie;
using coterie::testing::TemporaryDirectory;

namespace {

constexpr Timestamp kNow{std::chrono::milliseconds(1'780'000'000'000)};
const Act kRoot{UserId{"root"}, {}, kNow};

RulesRead rules_of(const std::string& role) {
  return *read_access(
      *parse_config("[access.Booking]\nread = \"" + role + "\"\n", std::filesystem::path("coterie.toml")));
}

// A loop that the test turns, and a file that has said "sales" at the start.
struct World {
  TemporaryDirectory directory;
  Log log{LogLevel::error, LogFormat::logfmt};
  std::mutex mutex;
  std::deque<std::function<void()>> tasks;
  std::vector<RulesService::Rules> put;  // in force, by the service
  std::unique_ptr<AccountStore> store = std::move(*AccountStore::open(directory.path()));
  const RulesRead sales = rules_of("sales");
  const RulesRead stock = rules_of("stock");
  RulesVersion first = *store->take_file_rules(text_of(sales), kNow);
  RulesService* service = nullptr;
  AccountDesk desk{std::move(store),
                   AccountDeskOptions{.now = [] { return kNow; }},
                   [this](std::function<void()> task) {
                     const std::lock_guard lock(mutex);
                     tasks.push_back(std::move(task));
                   },
                   {[](const AccountsTouched&) {}, [](auto, auto) {},
                    [this](const RulesVersion& newest) { service->learn(newest); }, [](const Error&) {}}};
  RulesService rules{desk, log, first, sales.rules, sales.hash};

  World() {
    service = &rules;
    rules.put_in_force_by([this](const RulesService::Rules& given, const std::function<void()>& done) {
      put.push_back(given);
      done();
      return true;
    });
  }
  ~World() { desk.stop(); }

  template <class Done>
  void until(Done done) {
    for (int tries = 0; tries < 10'000 && !done(); ++tries) {
      std::unique_lock lock(mutex);
      if (tasks.empty()) {
        lock.unlock();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        continue;
      }
      const std::function<void()> task = std::move(tasks.front());
      tasks.pop_front();
      lock.unlock();
      task();
    }
    REQUIRE(done());
  }
  // An administrator sets rules on that version; until they are written.
  void set(const RulesRead& read, std::uint64_t on, bool& in_force) {
    rules.set(read, Version{on}, kRoot, [&](const RulesChanged&) { in_force = true; });
    until([&] { return rules.newest().version == Version{on + 1}; });
  }
};

}  // namespace

TEST_CASE(
    "Rules service: a file that says something new is a version once it is in force, and is not put again") {
  World w;
  CHECK_FALSE(w.rules.begin_file(w.sales).has_value());
  w.rules.drop_file();
  const auto given = w.rules.begin_file(w.stock);
  REQUIRE(given.has_value());
  CHECK(*given == w.stock.rules);

  bool done = false;
  w.rules.take_file(w.stock, true, kNow, [&](const RulesChanged&) { done = true; });
  w.until([&] { return done; });

  CHECK(w.rules.newest().version == Version{2});
  CHECK(w.rules.newest().origin == RulesOrigin::file);
  CHECK_FALSE(w.rules.overrides_file());
  CHECK(w.put.empty());
  CHECK_FALSE(w.rules.begin_file(w.stock).has_value());
}

TEST_CASE("Rules service: what an administrator sets while a file is read anew waits for it") {
  World w;
  bool set = false;
  REQUIRE(w.rules.begin_file(w.stock).has_value());
  w.set(rules_of("boss"), 1, set);
  CHECK(w.put.empty());
  CHECK_FALSE(set);

  SUBCASE("the file is refused: it comes into force") {
    w.rules.drop_file();
    CHECK(w.put.size() == 1);
  }
  SUBCASE("the file is taken up: it spoke last") {
    bool done = false;
    w.rules.take_file(w.stock, true, kNow, [&](const RulesChanged&) { done = true; });
    w.until([&] { return done; });
    CHECK(w.put.empty());
    CHECK(w.rules.newest().version == Version{3});
  }
  CHECK(set);
}

TEST_CASE("Rules service: where the file's rules cannot be kept, those before come back into force [law 8]") {
  World w;
  REQUIRE(w.rules.begin_file(w.stock).has_value());
  w.desk.stop();

  bool refused = false;
  w.rules.take_file(w.stock, true, kNow,
                    [&](const RulesChanged& taken) { refused = std::holds_alternative<Error>(taken); });

  CHECK(refused);
  CHECK(w.put == std::vector{w.sales.rules});
  CHECK(w.rules.begin_file(w.stock).has_value());
}
