// Accounts through the whole server: signing in and staying so, and being put out at once.
#include <thread>

#include "clients/cpp/http_client.hpp"
#include "tests/integration/account_world.hpp"

using namespace coterie;
using namespace coterie::test;
using namespace std::chrono_literals;

namespace {

json::object lock_of(const char* id) {
  return {{"type", "lock"}, {"entityType", "Booking"}, {"entityId", id}};
}
json::object creation(const char* mutation, const char* id) {
  return {{"type", "mutate"},
          {"mutationId", mutation},
          {"ops",
           json::array{
               {{"op", "create"}, {"entityType", "Booking"}, {"entityId", id}, {"data", json::object()}}}}};
}
// As it was printed: the server forgets it once it is used.
std::string token_of(const Application& application) {
  static std::string printed;
  if (printed.empty()) printed = application.first_administrator();
  return printed;
}
std::string type_of(const ClientResult<json::object>& answer) {
  return answer ? std::string(answer->at("type").as_string()) : "none: " + answer.error().message;
}

}  // namespace

TEST_CASE("Accounts: a sign-in page is told what to offer, without signing in") {
  const AccountWorld world;
  const Reply options = world.get("/api/v1/auth/options", "");
  CHECK(options.status == 200);
  CHECK(options.body == json::object{{"dev", false}, {"accounts", true}, {"firstAdministrator", false}});
}

TEST_CASE("Accounts: nobody comes in without a token, and a token in an old form neither [law 8]") {
  const AccountWorld world;
  CHECK(world.get("/api/v1/entities/Booking", "").status == 401);
  CHECK(world.get("/api/v1/entities/Booking", "dev:ann").status == 401);
  CHECK(world.get("/api/v1/entities/Booking", world.root()).status == 200);
  CHECK_FALSE(world.try_connect("dev:ann").has_value());
}

TEST_CASE("Accounts: a wrong password and an unknown user are told the same") {
  const AccountWorld world;
  world.add("ann");
  const Reply wrong =
      world.post("/api/v1/auth/login", "", {{"username", "ann"}, {"password", "not her own words"}});
  const Reply unknown =
      world.post("/api/v1/auth/login", "", {{"username", "eve"}, {"password", "not her own words"}});
  CHECK(wrong.status == 401);
  CHECK(unknown.status == 401);
  CHECK(wrong.body == unknown.body);
}

TEST_CASE("Accounts: after ten failures in a minute even the right password waits [law 6]") {
  const AccountWorld world;
  world.add("ann");
  for (int i = 0; i < 10; ++i) {
    CHECK(world.post("/api/v1/auth/login", "", {{"username", "ann"}, {"password", "a guess at words"}})
              .status == 401);
  }
  const Reply late =
      world.post("/api/v1/auth/login", "", {{"username", "ann"}, {"password", "ann's own words"}});
  CHECK(late.status == 429);
  CHECK(late.retry_after == "1");
  CHECK(
      world.post("/api/v1/auth/login", "", {{"username", "root"}, {"password", "root's own words"}}).status ==
      200);
}

TEST_CASE(
    "Accounts: the token of the first administrator works once, and not for a name that cannot be one") {
  testing::TemporaryDirectory folder;
  ApplicationOptions options;
  options.data = folder.path() / "data";
  options.port = 0;
  options.log_level = LogLevel::off;
  Application application(options);
  REQUIRE(application.start().has_value());
  HttpClient client(*ServerUrl::parse("http://127.0.0.1:" + std::to_string(application.port())), "");
  const auto ask = [&](const std::string& name) {
    const json::object body{
        {"token", token_of(application)}, {"username", name}, {"password", "long enough"}};
    return client.post("/api/v1/auth/first-administrator", json::serialize(body)).value().status;
  };
  CHECK(ask("") == 400);
  CHECK(ask("root") == 201);
  CHECK(ask("eve") == 401);
}

TEST_CASE("Accounts: what is no name is not kept as one where it fails to sign in") {
  const AccountWorld world;
  const std::string long_one(10'000, 'x');
  CHECK(world.post("/api/v1/auth/login", "", {{"username", long_one}, {"password", "a guess at words"}})
            .status == 401);
  const Reply log = world.get("/api/v1/admin/activity?kind=sign_in_refused", world.root());
  CHECK(log.body.at("activity").as_array()[0].at("subject") == "(no name)");
}

TEST_CASE("Accounts: a password of a megabyte is refused before it is hashed") {
  const AccountWorld world;
  const std::string long_one(1000 * 1000, 'x');
  CHECK(world.post("/api/v1/auth/login", "", {{"username", "ann"}, {"password", long_one}}).status == 400);
}

TEST_CASE(
    "Accounts: a refresh token that comes twice ends its sign-in, closes its socket, and is in the log [law "
    "8]") {
  ApplicationOptions options;
  options.accounts.terms.repeat = 20ms;
  const AccountWorld world(options);
  world.add("ann");
  const Reply tokens = world.sign_in("ann");
  Connection socket = world.connect(tokens.word("access_token"));
  const json::object old_one{{"refresh_token", tokens.word("refresh_token")}};
  const Reply next = world.post("/api/v1/auth/refresh", "", old_one);
  REQUIRE(next.status == 200);
  CHECK(next.word("refresh_token") != tokens.word("refresh_token"));
  std::this_thread::sleep_for(30ms);

  CHECK(world.post("/api/v1/auth/refresh", "", old_one).status == 401);

  CHECK(closed_with(socket) == 4010);
  CHECK(world.post("/api/v1/auth/refresh", "", {{"refresh_token", next.word("refresh_token")}}).status ==
        401);
  CHECK(world.get("/api/v1/auth/user", next.word("access_token")).status == 401);
  const Reply log = world.get("/api/v1/admin/activity?kind=token_reused", world.root());
  REQUIRE(log.body.at("activity").as_array().size() == 1);
  CHECK(log.body.at("activity").as_array()[0].at("userId") == "ann");
}

TEST_CASE(
    "Accounts: a user who is disabled while editing is refused within a second, and holds no lock any more") {
  const AccountWorld world;
  const std::string ann = world.add("ann");
  const std::string ben = world.add("ben");
  Connection anns = world.connect(ann);
  Connection bens = world.connect(ben);
  REQUIRE(type_of(anns.request(creation("m1", "42"))) == "committed");
  REQUIRE(type_of(anns.request(lock_of("42"))) == "locked");
  REQUIRE(type_of(bens.request(lock_of("42"))) == "denied");
  const auto begun = std::chrono::steady_clock::now();

  CHECK(world.patch("/api/v1/admin/users/ann", world.root(), {{"disabled", true}}, "\"1\"").status == 200);

  CHECK(closed_with(anns) == 4010);
  CHECK(std::chrono::steady_clock::now() - begun < 1s);
  CHECK_FALSE(world.try_connect(ann).has_value());
  CHECK(type_of(bens.request(lock_of("42"))) == "locked");
  CHECK(world.post("/api/v1/auth/login", "", {{"username", "ann"}, {"password", "ann's own words"}}).status ==
        401);
}

TEST_CASE(
    "Accounts: what the command line changes beside a running server reaches open sockets within a second") {
  const AccountWorld world;
  Connection anns = world.connect(world.add("ann"));
  const auto store = std::move(*AccountStore::open(world.data()));
  UserChange change;
  change.disabled = true;
  const Act act{UserId{"cli"}, {}, Timestamp{1ms}};
  REQUIRE(std::holds_alternative<UserAccount>(store->change_user(UserId{"ann"}, change, {}, act)));
  const auto begun = std::chrono::steady_clock::now();
  CHECK(closed_with(anns) == 4010);
  CHECK(std::chrono::steady_clock::now() - begun < 1s);
}

TEST_CASE("Accounts: signing out, and a new password elsewhere, close the socket") {
  const AccountWorld world;
  const std::string ann = world.add("ann");
  Connection first = world.connect(ann);
  CHECK(world.post("/api/v1/auth/logout", ann, {}).status == 204);
  CHECK(closed_with(first) == 4010);

  const Reply here = world.sign_in("ann");
  const Reply there = world.sign_in("ann");
  Connection anns_laptop = world.connect(here.word("access_token"));
  Connection anns_phone = world.connect(there.word("access_token"));
  const json::object passwords{{"currentPassword", "ann's own words"}, {"newPassword", "ann's new words"}};
  CHECK(world.post("/api/v1/auth/password", here.word("access_token"), passwords).status == 204);
  CHECK(closed_with(anns_phone) == 4010);
  CHECK(type_of(anns_laptop.request({{"type", "ping"}})) == "pong");
  CHECK(world.post("/api/v1/auth/logout", "", {{"refresh_token", here.word("refresh_token")}}).status == 204);
  CHECK(closed_with(anns_laptop) == 4010);
}

TEST_CASE("Accounts: a socket is warned before its token ends, and lives on by a newer one") {
  ApplicationOptions options;
  options.accounts.access = 2s;
  options.net.token_grace = 500ms;
  const AccountWorld world(options);
  world.add("ann");
  const Reply tokens = world.sign_in("ann");
  Connection refreshed = world.connect(tokens.word("access_token"));
  Connection forgotten = world.connect(tokens.word("access_token"));
  const auto warned = [](Connection& socket) {
    const ClientResult<Messages> pushes = socket.next_pushes(3s);
    return pushes && !pushes->empty() && pushes->front().at("type") == "authExpiring" &&
           pushes->front().at("inMs").to_number<int>() <= 700;
  };
  CHECK(warned(refreshed));
  CHECK(warned(forgotten));
  const Reply next =
      world.post("/api/v1/auth/refresh", "", {{"refresh_token", tokens.word("refresh_token")}});
  REQUIRE(next.status == 200);
  const auto answer = refreshed.request({{"type", "refresh"}, {"token", next.word("access_token")}});
  REQUIRE(type_of(answer) == "refreshed");
  CHECK(answer->at("tokenExpiresInMs").to_number<int>() > 1000);

  CHECK(closed_with(forgotten) == 4205);
  CHECK(type_of(refreshed.request({{"type", "ping"}})) == "pong");
}

TEST_CASE("Accounts: a bad newer token, and another user's, leave the session as it is") {
  const AccountWorld world;
  Connection anns = world.connect(world.add("ann"));
  const std::string ben = world.add("ben");
  CHECK(type_of(anns.request({{"type", "refresh"}, {"token", "nonsense"}})) == "error");
  CHECK(type_of(anns.request({{"type", "refresh"}, {"token", ben}})) == "error");
  CHECK(type_of(anns.request(creation("m1", "42"))) == "committed");
  const Reply over_http =
      world.post("/api/v1/requests", ben, {{"id", 1}, {"type", "refresh"}, {"token", ben}});
  CHECK(over_http.word("code") == "bad_request");
}

TEST_CASE("Accounts: one sees one's own sessions and ends them; an administrator ends anybody's") {
  const AccountWorld world;
  const std::string ann = world.add("ann");
  const std::string ben = world.add("ben");
  Connection anns = world.connect(ann);
  const Reply sessions = world.get("/api/v1/auth/sessions", ann);
  REQUIRE(sessions.body.at("sessions").as_array().size() == 1);
  const json::object& one = sessions.body.at("sessions").as_array()[0].as_object();
  CHECK(one.at("isActive").as_bool());
  CHECK(one.at("current").as_bool());
  CHECK(one.at("userAgent") == "a test");
  CHECK(one.at("address") == "127.0.0.1");
  const std::string path = std::string(one.at("id").as_string());

  CHECK(world.drop("/api/v1/auth/sessions/" + path, ben).status == 404);
  CHECK(world.drop("/api/v1/auth/sessions/" + path, world.root()).status == 204);
  CHECK(closed_with(anns) == 4010);
}

TEST_CASE("Accounts: the profile is told in the welcome and in presence, and a new one from then on") {
  const AccountWorld world;
  const std::string ann = world.add("ann");
  CHECK(world.patch("/api/v1/auth/user", ann, {{"name", "Ann Lee"}, {"colour", "#123456"}}, "").status ==
        200);
  Connection anns = world.connect(ann);
  CHECK(anns.welcome().at("user").at("name") == "Ann Lee");
  CHECK(anns.welcome().at("user").at("colour") == "#123456");
  CHECK(anns.welcome().at("user").at("initials") == "AL");
  CHECK(world.patch("/api/v1/auth/user", ann, {{"roles", json::array{"admin"}}}, "").status == 400);
}

TEST_CASE("Accounts: everything of them outlives a restart") {
  testing::TemporaryDirectory folder;
  ApplicationOptions options;
  options.data = folder.path() / "data";
  options.port = 0;
  options.log_level = LogLevel::off;
  const auto store = std::move(*AccountStore::open(options.data));
  UserChange change;
  change.roles = Roles({"editor"});
  change.password = *PasswordHasher::hash_now(std::string("ann's own words"));
  REQUIRE(std::holds_alternative<UserAccount>(
      store->add_user(UserId{"ann"}, change, {UserId{"cli"}, {}, Timestamp{1ms}})));
  Application application(options);
  REQUIRE(application.start().has_value());
  CHECK(application.first_administrator().empty());
}
