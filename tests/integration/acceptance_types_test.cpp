// What people see of configured types, and of a configuration that changes while they work.
#include <signal.h>

#include <fstream>
#include <thread>

#include "tests/integration/acceptance_person.hpp"

using namespace coterie;
using namespace coterie::test;

namespace {

constexpr const char* kBookings = R"(
[sequences]
order = "O-{number:3}"
[types.Booking]
strategy = "merge"
strategies = ["reject", "merge"]
schema = {properties = {price = {type = "number", minimum = 0}}}
unique = ["number"]
index = ["status"]
[types.Booking.fields]
"stock" = "sum"
"tags" = "union"
)";

struct Configured {
  TemporaryFolder folder{"acceptance-types"};
  std::filesystem::path file = folder.path() / "coterie.toml";
  std::optional<ServerProcess> server;

  explicit Configured(const std::string& text) {
    write(text);
    server.emplace(folder.path() / "data", std::vector<std::string>{"--config", file.string()});
  }
  void write(const std::string& text) const { std::ofstream(file, std::ios::trunc) << text; }
  // Asks for a reload and waits for what the log says of it, so many times by now.
  std::string reload(const std::string& event, std::size_t times = 1) const {
    ::kill(server->pid(), SIGHUP);
    for (int tries = 0; tries < 600; ++tries) {
      const std::string log = server->log();
      std::size_t found = 0;
      for (std::size_t at = log.find(event); at != std::string::npos; at = log.find(event, at + 1)) ++found;
      if (found >= times) return log;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    FAIL("the log does not tell of " << event << ": " << server->log());
    return {};
  }
};

json::object update(std::uint64_t base, json::object set) {
  return {{"op", "update"},
          {"entityType", "Booking"},
          {"entityId", "42"},
          {"baseVersion", base},
          {"set", std::move(set)}};
}

std::string code_of(const json::object& answer) {
  const json::value* code = answer.if_contains("code");
  return code != nullptr ? std::string(code->as_string()) : std::string(answer.at("type").as_string());
}

}  // namespace

TEST_CASE(
    "Acceptance: two who edit one record at once are joined as its type says, and rules hold at the write") {
  Configured configured(kBookings);
  Person ann(*configured.server, "ann");
  Person ben(*configured.server, "ben");
  ann.create("Booking", "42", {{"number", "A"}, {"stock", 10}, {"tags", json::array{"x"}}, {"price", 1}});
  ben.join(1, "Booking", "42");

  const json::object first = ann.edit(update(1, {{"stock", 8}, {"tags", json::array{"x", "ann"}}}));
  const json::object second = ben.edit(update(1, {{"stock", 7}, {"tags", json::array{"x", "ben"}}}));
  const json::object after = ann.get("Booking", "42");

  CHECK(first.at("type") == "committed");
  REQUIRE(second.at("type") == "committed");
  CHECK(second.at("results").at(0).at("merged") == json::array{"stock", "tags"});
  CHECK(after.at("data").at("stock") == 5);
  CHECK(after.at("data").at("tags") == json::array{"x", "ann", "ben"});

  const json::object clash = ann.edit(update(1, {{"number", "B"}, {"stock", 0}}));
  CHECK(clash.at("type") == "committed");  // only stock was changed by both
  CHECK(ben.edit(update(1, {{"number", "C"}})).at("type") == "conflict");
  CHECK(code_of(ben.edit(update(4, {{"price", -1}}))) == "invalid");
  CHECK(code_of(ben.edit({{"op", "create"}, {"entityType", "Booking"}, {"data", {{"number", "B"}}}})) ==
        "unique");
  CHECK(code_of(ben.edit({{"op", "create"}, {"entityType", "Booking"}, {"data", {{"number", "A"}}}})) ==
        "committed");
  json::object wins = update(1, {{"price", 2}});
  wins["strategy"] = "latest-wins";
  CHECK(code_of(ben.edit(std::move(wins))) == "invalid");
}

TEST_CASE("Acceptance: SIGHUP puts a new configuration in force, and no connection notices") {
  Configured configured("[types.Booking]\n");
  Person ann(*configured.server, "ann");
  ann.create("Booking", "42", {{"number", "A"}, {"stock", 10}});
  ann.join(1, "Booking", "42");

  configured.write(kBookings);
  const std::string log = configured.reload("reloaded");
  const json::object merged = ann.edit(update(1, {{"price", -5}}));
  const json::object order = ann.edit(
      {{"op", "create"}, {"entityType", "Order"}, {"data", json::object{}}, {"number", {{"no", "order"}}}});

  CHECK(log.find("rule_added kind=unique type=Booking fields=number") != std::string::npos);
  CHECK(log.find("rule_added kind=index type=Booking fields=status") != std::string::npos);
  CHECK(code_of(merged) == "invalid");
  CHECK(order.at("results").at(0).at("numbers").at("no") == "O-001");
  CHECK(code_of(ann.edit({{"op", "create"}, {"entityType", "Booking"}, {"data", {{"number", "A"}}}})) ==
        "unique");
  CHECK(ann.nothing_more());
}

TEST_CASE("Acceptance: SIGHUP makes a type searchable that holds records already") {
  Configured configured("[types.Booking]\n");
  Person ann(*configured.server, "ann");
  ann.create("Booking", "42", {{"note", "two red tents"}});
  const json::object query{{"type", "list"}, {"entityType", "Booking"}, {"search", "red"}};
  CHECK(code_of(ann.ask(query)) == "bad_request");

  configured.write("[types.Booking]\nsearch = [\"note\"]\n");
  configured.reload("reloaded");

  json::object found = ann.ask(query);
  for (int tries = 0; tries < 200 && (!found.contains("entities") || found.at("entities").as_array().empty());
       ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    found = ann.ask(query);
  }
  REQUIRE(found.at("entities").as_array().size() == 1);
  CHECK(found.at("entities").at(0).at("entityId") == "42");
}

TEST_CASE(
    "Acceptance: a bad file, and a rule over duplicates, change nothing at a reload and refuse the start") {
  Configured configured("[types.Booking]\nunique = [\"number\"]\n");
  Person ann(*configured.server, "ann");
  ann.create("Booking", "1", {{"number", "A"}, {"day", "mon"}});
  ann.create("Booking", "2", {{"number", "B"}, {"day", "mon"}});

  configured.write("[types.Booking]\nuniqeu = [\"number\"]\n");
  const std::string misspelt = configured.reload("reload_refused", 1);
  configured.write("[types.Booking]\nunique = [\"day\"]\n");
  const std::string doubled = configured.reload("reload_refused", 2);

  CHECK(misspelt.find("did you mean unique?") != std::string::npos);
  CHECK(doubled.find("Booking: day cannot be made unique") != std::string::npos);
  CHECK(doubled.find("mon") == std::string::npos);  // a log holds no contents
  CHECK(code_of(ann.edit({{"op", "create"}, {"entityType", "Booking"}, {"data", {{"number", "A"}}}})) ==
        "unique");
  CHECK(configured.server->stop() == 0);
  try {
    ServerProcess again(configured.folder.path() / "data", {"--config", configured.file.string()});
    FAIL("it started over duplicates");
  } catch (const std::runtime_error& why) {
    CHECK(std::string(why.what()).find("share a value; change or delete one of each first:\n  1 and 2") !=
          std::string::npos);
  }
}
