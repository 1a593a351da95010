// What administrators see and do over HTTP, and that nobody else does.
#include "tests/integration/account_world.hpp"

using namespace coterie;
using namespace coterie::test;

namespace {

const json::array& list(const Reply& reply, const char* name) {
  REQUIRE(reply.status == 200);
  return reply.body.at(name).as_array();
}

json::object create(const std::string& id) { return {{"entityId", id}, {"data", {{"status", "open"}}}}; }

}  // namespace

TEST_CASE("Admin: is for administrators, and the answer is the same whatever is asked for [law 8]") {
  const AccountWorld world;
  const std::string ann = world.add("ann", {"editor"});
  for (const char* path : {"users", "users/root", "users/nobody", "sessions", "connections", "rooms", "locks",
                           "activity", "configuration", "conflicts", "limits"}) {
    const std::string target = std::string("/api/v1/admin/") + path;
    CHECK_MESSAGE(world.get(target, ann).status == 403, target);
    CHECK_MESSAGE(world.get(target, "").status == 401, target);
    CHECK_MESSAGE(world.get(target, world.root()).status != 403, target);
  }
  CHECK(
      world.post("/api/v1/admin/users", ann, {{"username", "eve"}, {"password", "eve's own words"}}).status ==
      403);
}

TEST_CASE("Admin: a stale change of a user answers 409 with how the user stands now [law 5]") {
  const AccountWorld world;
  world.add("ann");
  CHECK(world.get("/api/v1/admin/users/ann", world.root()).etag == "\"1\"");
  CHECK(world.patch("/api/v1/admin/users/ann", world.root(), {{"roles", json::array{"a"}}}, "").status ==
        428);
  const Reply first =
      world.patch("/api/v1/admin/users/ann", world.root(), {{"roles", json::array{"editor"}}}, "\"1\"");
  CHECK(first.status == 200);
  CHECK(first.etag == "\"2\"");

  const Reply second = world.patch("/api/v1/admin/users/ann", world.root(), {{"name", "Ann"}}, "\"1\"");

  CHECK(second.status == 409);
  CHECK(second.body.at("current").at("roles") == json::array{"editor"});
  const Reply history = world.get("/api/v1/admin/users/ann/history", world.root());
  CHECK(list(history, "versions").size() == 2);
  CHECK(list(history, "versions")[0].at("updatedBy") == "root");
}

TEST_CASE("Admin: a role that was taken away is gone from the next request on") {
  const AccountWorld world;
  const std::string ann = world.add("ann", {"admin"});
  CHECK(world.get("/api/v1/admin/users", ann).status == 200);
  CHECK(world.patch("/api/v1/admin/users/ann", world.root(), {{"roles", json::array{}}}, "\"1\"").status ==
        200);
  CHECK(world.get("/api/v1/admin/users", ann).status == 403);
}

TEST_CASE("Admin: users come in pages") {
  const AccountWorld world;
  for (const char* name : {"ann", "ben", "cem"}) {
    CHECK(world.post("/api/v1/admin/users", world.root(), {{"username", name}}).status == 201);
  }
  const Reply first = world.get("/api/v1/admin/users?limit=3", world.root());
  CHECK(list(first, "users").size() == 3);
  CHECK(first.body.at("total") == 4);
  const Reply second = world.get("/api/v1/admin/users?limit=3&cursor=" + first.word("cursor"), world.root());
  REQUIRE(list(second, "users").size() == 1);
  CHECK(list(second, "users")[0].at("id") == "root");
  CHECK(second.body.if_contains("cursor") == nullptr);
  CHECK(world.get("/api/v1/admin/users?page=2", world.root()).status == 400);
}

TEST_CASE("Admin: connections, rooms and locks are shown, and each can be ended") {
  const AccountWorld world;
  Connection anns = world.connect(world.add("ann"));
  REQUIRE(anns.request({{"type", "subscribe"}, {"subscription", 1}, {"entityType", "Booking"}}).has_value());
  const Reply connections = world.get("/api/v1/admin/connections?userId=ann", world.root());
  REQUIRE(list(connections, "connections").size() == 1);
  const json::object one = list(connections, "connections")[0].as_object();
  CHECK(one.at("transport") == "websocket");
  CHECK(one.at("address") == "127.0.0.1");
  CHECK(one.at("queuedBytes") == 0);
  CHECK(one.at("rooms").as_array()[0].at("entityType") == "Booking");
  CHECK(list(world.get("/api/v1/admin/rooms", world.root()), "rooms")[0].at("sessions") == 1);

  REQUIRE(world.post("/api/v1/entities/Booking", world.root(), create("42")).status == 201);
  const json::object lock{
      {"type", "lock"}, {"entityType", "Booking"}, {"entityId", "42"}, {"field", "status"}};
  REQUIRE(anns.request(lock).has_value());
  const Reply locks = world.get("/api/v1/admin/locks", world.root());
  REQUIRE(list(locks, "locks").size() == 1);
  CHECK(list(locks, "locks")[0].at("holder").at("userId") == "ann");
  CHECK(world.drop("/api/v1/admin/locks/Booking/42", world.root()).status == 404);
  CHECK(world.drop("/api/v1/admin/locks/Booking/42?field=status", world.root()).status == 204);
  CHECK(list(world.get("/api/v1/admin/locks", world.root()), "locks").empty());

  const std::string session(one.at("sessionId").as_string());
  CHECK(world.drop("/api/v1/admin/connections/" + session, world.root()).status == 204);
  CHECK(closed_with(anns) == 4101);
  CHECK(world.drop("/api/v1/admin/connections/" + session, world.root()).status == 404);
  CHECK(list(world.get("/api/v1/admin/activity?kind=lock_released", world.root()), "activity").size() == 1);
  CHECK(list(world.get("/api/v1/admin/activity?kind=connection_ended", world.root()), "activity").size() ==
        1);
}

TEST_CASE("Admin: acts and changes stand in one list, page after page without a hole or a repeat") {
  const AccountWorld world;
  const std::string ann = world.add("ann");
  for (int i = 0; i < 7; ++i) {
    REQUIRE(world.post("/api/v1/entities/Booking", ann, create(std::to_string(i))).status == 201);
    if (i % 2 == 0) world.sign_in("ann");
  }
  const std::string all =
      json::serialize(list(world.get("/api/v1/admin/activity?limit=1000", world.root()), "activity"));
  json::array paged;
  std::string cursor;
  for (int pages = 0; pages < 20; ++pages) {
    const Reply page = world.get("/api/v1/admin/activity?limit=3&cursor=" + cursor, world.root());
    for (const json::value& item : list(page, "activity")) paged.push_back(item);
    cursor = page.word("cursor");
    if (cursor.empty()) break;
  }
  CHECK(json::serialize(paged) == all);
  const json::array anns =
      list(world.get("/api/v1/admin/activity?userId=ann&kind=change", world.root()), "activity");
  CHECK(anns.size() == 7);
  CHECK(anns[0].at("entityId") == "6");
  CHECK(anns[0].at("kind") == "change");
  CHECK(world.get("/api/v1/admin/activity?kind=changed", world.root()).status == 400);
  CHECK(world.get("/api/v1/admin/activity?since=yesterday", world.root()).status == 400);
}

TEST_CASE("Admin: the configuration in force is told, and no secret with it") {
  const AccountWorld world;
  const Reply reply = world.get("/api/v1/admin/configuration", world.root());
  CHECK(reply.status == 200);
  CHECK(reply.body.at("limits").at("messageBytes") == 65536);
  CHECK(reply.body.at("auth").at("accessTokenMs") == 900'000);
}

TEST_CASE("Admin: the stored conflicts are those of everybody") {
  const AccountWorld world;
  const std::string ann = world.add("ann");
  REQUIRE(world.post("/api/v1/entities/Booking", ann, create("42")).status == 201);
  const json::object late{{"op", "update"},
                          {"entityType", "Booking"},
                          {"entityId", "42"},
                          {"baseVersion", 1},
                          {"set", {{"status", "done"}}}};
  const json::object first{{"id", 1}, {"type", "mutate"}, {"mutationId", "m1"}, {"ops", {late}}};
  REQUIRE(world.post("/api/v1/requests", ann, first).status == 200);
  json::object second = first;
  second["mutationId"] = "m2";
  second["onConflict"] = "store";
  second["ops"].as_array()[0].as_object()["set"] = {{"status", "void"}};
  REQUIRE(world.post("/api/v1/requests", ann, second).status == 409);

  const Reply conflicts = world.get("/api/v1/admin/conflicts?state=open&entityType=Booking", world.root());

  REQUIRE(list(conflicts, "conflicts").size() == 1);
  CHECK(list(conflicts, "conflicts")[0].at("userId") == "ann");
  CHECK(conflicts.body.at("open") == 1);
  CHECK(conflicts.text == world.get("/api/v1/conflicts?state=open&entityType=Booking", world.root()).text);
  CHECK(world.get("/api/v1/admin/conflicts?status=open", world.root()).status == 400);
}

TEST_CASE("Admin: who runs into a limit is named, with which and how often [law 6]") {
  ApplicationOptions options;
  options.net.messages_per_s = 1;
  options.net.messages_burst = 5;
  const AccountWorld world(std::move(options));
  const std::string ann = world.add("ann");
  unsigned refused = 0;
  for (int i = 0; i < 12; ++i) refused += world.get("/api/v1/auth/user", ann).status == 429 ? 1 : 0;
  REQUIRE(refused > 0);

  const Reply limits = world.get("/api/v1/admin/limits?userId=ann", world.root());

  REQUIRE(list(limits, "users").size() == 1);
  const json::object row = list(limits, "users")[0].as_object();
  CHECK(row.at("userId") == "ann");
  CHECK(row.at("limit") == "messages");
  CHECK(row.at("hits") == refused);
  CHECK(limits.body.at("total") == 1);
  CHECK(list(limits, "limits")[0].at("hits").to_number<unsigned>() >= refused);
  CHECK(list(world.get("/api/v1/admin/limits?userId=ben", world.root()), "users").empty());
}

TEST_CASE("API: every operation of the document is there, and asks who it is for") {
  const AccountWorld world;
  const Reply document = world.get("/openapi.json", "");
  std::size_t operations = 0;
  for (const auto& [pattern, item] : document.body.at("paths").as_object()) {
    std::string path(pattern);
    for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
      path.replace(open, path.find('}') - open + 1, "x");
    }
    for (const auto& [method, operation] : item.as_object()) {
      std::string verb(method);
      for (char& c : verb) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      CAPTURE(path);
      CAPTURE(verb);
      const json::object empty;
      const bool changes = verb != "GET" && verb != "DELETE";
      const Reply reply = world.ask(http::string_to_verb(verb), path, "", changes ? &empty : nullptr);
      ++operations;
      CHECK(reply.status != 404);
      CHECK(reply.status != 405);
      if (!operation.at("security").as_array().empty()) CHECK(reply.status == 401);
    }
  }
  CHECK(operations > 50);
}
