// The rules of access as administrators see and set them on a running server.
#include <atomic>
#include <thread>

#include "server/ops/access_file.hpp"
#include "storage/accounts/account_store.hpp"
#include "tests/integration/account_world.hpp"

using namespace coterie;
using namespace coterie::test;

namespace {

const std::string kRules = "/api/v1/admin/rules";
const json::object kSalesRead{{"access", {{"Booking", {{"read", "sales"}, {"create", "sales"}}}}}};
const json::object kNobody{{"access", json::object{}}};

ApplicationOptions with_file(const char* text) {
  ApplicationOptions options;
  options.accounts.rules = *read_access(*parse_config(text, "coterie.toml"));
  return options;
}
constexpr const char* kOfFile = "[access.Booking]\nread = \"stock\"\ncreate = \"stock\"\n";
constexpr const char* kOfFileLater = "[access.Booking]\nread = \"boss\"\n";

unsigned list_of(const AccountWorld& world, const std::string& token) {
  return world.get("/api/v1/entities/Booking", token).status;
}

}  // namespace

TEST_CASE(
    "Rules: a change needs the version it rests on, and is refused where that is not the newest [law 5]") {
  const AccountWorld world;
  const Reply none = world.get(kRules, world.root());
  CHECK(none.status == 200);
  CHECK(none.etag == "\"1\"");
  CHECK(none.body.at("rules") == json::value{{"access", nullptr}});

  CHECK(world.put(kRules, world.root(), kSalesRead, "").status == 428);
  const Reply first = world.put(kRules, world.root(), kSalesRead, "\"1\"");
  CHECK(first.status == 200);
  CHECK(first.etag == "\"2\"");
  CHECK(first.body.at("rules") == json::value(kSalesRead));
  const Reply late = world.put(kRules, world.root(), kNobody, "\"1\"");

  CHECK(late.status == 409);
  CHECK(late.etag == "\"2\"");
  CHECK(late.body.at("current").at("rules") == json::value(kSalesRead));
  CHECK(late.body.at("current").at("setBy") == "root");
  CHECK(world.get(kRules, world.root()).body.at("version") == 2);
}

TEST_CASE("Rules: a wrong rule is told with its place, and changes nothing") {
  const AccountWorld world;
  const Reply wrong =
      world.put(kRules, world.root(), {{"access", {{"Booking", {{"raed", "sales"}}}}}}, "\"1\"");
  CHECK(wrong.status == 422);
  CHECK(wrong.word("code") == "invalid");
  CHECK(wrong.word("member") == "access.Booking.raed");
  CHECK(wrong.word("detail") == "This key is not known; did you mean read?");
  CHECK(world.put(kRules, world.root(), {{"roles", json::object{}}}, "\"1\"").word("member") == "access");
  CHECK(world.get(kRules, world.root()).body.at("version") == 1);
}

TEST_CASE("Rules: are for administrators, whom no rule locks out [law 8]") {
  const AccountWorld world;
  const std::string ann = world.add("ann", {"sales"});
  CHECK(list_of(world, ann) == 200);

  CHECK(world.put(kRules, world.root(), kNobody, "\"1\"").status == 200);

  CHECK(list_of(world, ann) == 403);
  CHECK(list_of(world, world.root()) == 200);
  CHECK(world.get(kRules, ann).status == 403);
  CHECK(world.put(kRules, ann, kSalesRead, "\"2\"").status == 403);
  CHECK(world.put(kRules, world.root(), kSalesRead, "\"2\"").status == 200);
  CHECK(list_of(world, ann) == 200);
  CHECK(world.put(kRules, world.root(), {{"access", nullptr}}, "\"3\"").status == 200);
  CHECK(list_of(world, world.add("ben")) == 200);
}

TEST_CASE(
    "Rules: all versions are shown, page by page and each whole, and stand in the activity log [law 1]") {
  const AccountWorld world(with_file(kOfFile));
  REQUIRE(world.put(kRules, world.root(), kSalesRead, "\"1\"").status == 200);
  REQUIRE(world.put(kRules, world.root(), kNobody, "\"2\"").status == 200);

  const Reply first = world.get(kRules + "/history?limit=2", world.root());
  REQUIRE(first.status == 200);
  CHECK(first.body.at("versions").as_array().size() == 2);
  CHECK(first.body.at("versions").at(0).at("version") == 3);
  CHECK(first.body.at("versions").at(0).at("origin") == "api");
  const Reply second = world.get(kRules + "/history?limit=2&cursor=" + first.word("cursor"), world.root());
  REQUIRE(second.body.at("versions").as_array().size() == 1);
  CHECK(second.body.at("versions").at(0).at("origin") == "file");
  CHECK(second.body.at("versions").at(0).at("setBy") == "file");
  CHECK_FALSE(second.body.contains("cursor"));
  CHECK(world.get(kRules + "/history/2", world.root()).body.at("rules") == json::value(kSalesRead));
  CHECK(world.get(kRules + "/history/4", world.root()).status == 404);
  CHECK(world.get(kRules + "/history/x", world.root()).status == 404);
  CHECK(world.get(kRules + "/history?cursor=x", world.root()).status == 400);

  const Reply noted = world.get("/api/v1/admin/activity?kind=rules_changed", world.root());
  REQUIRE(noted.body.at("activity").as_array().size() == 3);
  CHECK(noted.body.at("activity").at(0).at("userId") == "root");
  CHECK(noted.body.at("activity").at(0).at("address") == "127.0.0.1");
  CHECK(noted.body.at("activity").at(0).at("detail") == "version 3, by api");
}

TEST_CASE("Rules: what an administrator set outlives a restart, until the file says something else") {
  AccountWorld world(with_file(kOfFile));
  const std::string ann = world.add("ann", {"sales"});
  CHECK(list_of(world, ann) == 403);
  REQUIRE(world.put(kRules, world.root(), kSalesRead, "\"1\"").status == 200);
  CHECK(list_of(world, ann) == 200);
  CHECK(world.get(kRules, world.root()).body.at("overridesFile") == true);

  world.start(with_file(kOfFile));
  CHECK(list_of(world, ann) == 200);
  CHECK(world.get(kRules, world.root()).body.at("version") == 2);
  CHECK(world.get(kRules, world.root()).body.at("overridesFile") == true);

  world.start(with_file(kOfFileLater));
  CHECK(list_of(world, ann) == 403);
  const Reply shown = world.get(kRules, world.root());
  CHECK(shown.body.at("version") == 3);
  CHECK(shown.body.at("origin") == "file");
  CHECK(shown.body.at("overridesFile") == false);

  world.start({});
  CHECK(world.get(kRules, world.root()).body.at("rules") == json::value{{"access", nullptr}});
  CHECK(world.get(kRules, world.root()).body.at("version") == 4);
}

TEST_CASE("Rules: are tried before they are saved, and told why [law 8]") {
  const AccountWorld world(with_file(kOfFile));
  world.add("ann", {"sales"});
  const auto ask = [&](json::object question) {
    return world.post(kRules + "/check", world.root(), question);
  };
  const Reply now = ask({{"userId", "ann"}, {"entityTypes", {"Booking"}}, {"actions", {"read"}}});
  REQUIRE(now.status == 200);
  CHECK(now.body.at("version") == 1);
  CHECK(now.body.at("roles") == json::array{"sales"});
  const json::value verdict = now.body.at("checks").at(0).at("actions").at(0);
  CHECK(verdict.at("allowed") == "no");
  CHECK(verdict.at("why") == "no grant to these roles");

  const json::object own{{"read", {{"role", "*"}, {"where", {{"owner", "$user.id"}}}}},
                         {"fields", {{"margin", {{"read", "boss"}}}}}};
  const json::object proposed{{"access", {{"Booking", own}}}};
  const Reply then = ask({{"rules", proposed}, {"userId", "ann"}, {"entity", {{"owner", "ann"}}}});
  REQUIRE(then.status == 200);
  CHECK_FALSE(then.body.contains("version"));
  CHECK(then.body.at("checks").at(0).at("actions").as_array().size() == 10);
  CHECK(then.body.at("checks").at(0).at("actions").at(0).at("allowed") == "yes");
  CHECK(then.body.at("checks").at(0).at("fields").at(0).at("access") == "hidden");
  CHECK(ask({{"rules", proposed}, {"roles", {"boss"}}})
            .body.at("checks")
            .at(0)
            .at("fields")
            .as_array()
            .empty());
  CHECK(ask({{"rules", {{"acess", 1}}}}).word("member") == "rules.acess");
  CHECK(ask({{"rules", {{"acess", 1}}}}).status == 422);
  CHECK(ask({{"action", "read"}}).status == 400);
  CHECK(ask({{"actions", {"raed"}}}).word("member") == "actions");
  CHECK(world.get(kRules, world.root()).body.at("version") == 1);
}

TEST_CASE(
    "Rules: a change reaches open sockets, and rules set by another process do within a second [law 8]") {
  AccountWorld world;
  Connection ann = world.connect(world.add("ann", {"sales"}));
  REQUIRE(ann.request({{"type", "subscribe"}, {"subscription", 1}, {"entityType", "Booking"}}).has_value());
  const auto told = [&] {
    std::string types;
    const ClientResult<Messages> pushes = ann.next_pushes(std::chrono::milliseconds(3000));
    REQUIRE(pushes.has_value());
    for (const json::object& push : *pushes) types += push.at("type").as_string();
    return types;
  };

  REQUIRE(world.put(kRules, world.root(), kNobody, "\"1\"").status == 200);
  CHECK(told() == "unsubscribed");

  const RulesRead read = *read_access(kSalesRead);
  auto store = std::move(*AccountStore::open(world.data()));
  const Act cli{UserId{"cli:root"}, {}, Timestamp{std::chrono::milliseconds(1'780'000'000'000)}};
  const RulesChanged set = store->set_rules({read.source, read.hash}, RulesOrigin::cli, Version{2}, cli);
  REQUIRE(std::holds_alternative<RulesVersion>(set));
  json::object again{{"type", "subscribe"}, {"subscription", 2}, {"entityType", "Booking"}};
  bool joined = false;
  for (int tries = 0; tries < 50 && !joined; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    joined = ann.request(again)->at("type") == "subscribed";
  }
  CHECK(joined);
  CHECK(world.get(kRules, world.root()).body.at("origin") == "cli");
}

TEST_CASE("Rules: of many who change the same version one wins, and all end with the same rules [law 5]") {
  const AccountWorld world;
  std::atomic<int> won{0};
  std::atomic<int> late{0};
  std::vector<std::thread> people;
  for (int i = 0; i < 8; ++i) {
    people.emplace_back([&, i] {
      const json::object mine{{"access", {{"Type" + std::to_string(i), {{"read", "*"}}}}}};
      const unsigned status = world.put(kRules, world.root(), mine, "\"1\"").status;
      if (status == 200) ++won;
      if (status == 409) ++late;
    });
  }
  for (std::thread& person : people) person.join();
  CHECK(won == 1);
  CHECK(late == 7);
  CHECK(world.get(kRules, world.root()).body.at("version") == 2);
}
