// Rights on a running server: a change of the rules moves records in and out of people's lists at once, and
// each sees exactly what it may, live and after coming back.
#include <signal.h>

#include <fstream>
#include <optional>
#include <set>
#include <thread>

#include "server/ops/access_file.hpp"
#include "tests/integration/acceptance_person.hpp"
#include "tests/support/raw_socket.hpp"

using namespace coterie;
using namespace coterie::test;

namespace {

namespace json = boost::json;
using Ids = std::set<std::string>;

constexpr const char* kByTeam = R"(
[access.Booking]
read = [{role = "*", where = {team = {"$in" = "$user.roles"}}}]
create = "*"
update = "*"
)";
constexpr const char* kByOwner = R"(
[access.Booking]
read = [{role = "north", where = {status = "open"}}, {role = "*", where = {"$createdBy" = "$user.id"}}]
create = "*"
update = "*"
)";

struct Server {
  TemporaryFolder folder{"acceptance-rights"};
  std::filesystem::path file = folder.path() / "coterie.toml";
  std::optional<ServerProcess> process;

  explicit Server(const std::string& rules) {
    write(rules);
    process.emplace(folder.path() / "data", std::vector<std::string>{"--config", file.string()});
  }
  void write(const std::string& text) const { std::ofstream(file, std::ios::trunc) << text; }
  void reload(const char* event = "reloaded") const {
    ::kill(process->pid(), SIGHUP);
    for (int tries = 0; tries < 600 && process->log().find(event) == std::string::npos; ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    REQUIRE(process->log().find(event) != std::string::npos);
  }
};

// As an administrator does by the API, on version 1.
void put(const Server& server, const std::string& rules) {
  const std::string body = read_access(*parse_config(rules, "rules.toml"))->source;
  RawSocket socket(static_cast<std::uint16_t>(server.process->port()));
  REQUIRE(socket.send(
      "PUT /api/v1/admin/rules HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.process->port()) +
      "\r\nAuthorization: Bearer dev:root\r\nIf-Match: \"1\"\r\nConnection: close\r\n"
      "Content-Type: application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body));
  CHECK(socket.receive_all().starts_with("HTTP/1.1 200"));
}

Ids ids_in(const json::object& message) {
  Ids ids;
  for (const json::value& entity : message.at("entities").as_array())
    ids.insert(std::string(entity.at("entityId").as_string()));
  return ids;
}

Ids joined(Person& person) { return ids_in(person.join(1, "Booking")); }

// The list as it is replaced when the rules change.
Ids replaced(Person& person) {
  for (const json::object& message : person.pushes_until(1)) {
    if (message.at("type") != "snapshot") continue;
    CHECK(message.at("reason") == "rights");
    return ids_in(message);
  }
  FAIL("the list was not replaced");
  return {};
}

}  // namespace

TEST_CASE(
    "Acceptance: a change of the rules moves records in and out of three users' lists at once [law 8]") {
  const Server server(kByTeam);
  Person root(*server.process, "root");
  Person ann(*server.process, "ann:north");
  Person ben(*server.process, "ben:south");
  Person cho(*server.process, "cho:north,south");
  ann.create("Booking", "1", {{"team", "north"}, {"status", "open"}});
  ben.create("Booking", "2", {{"team", "south"}, {"status", "open"}});
  root.create("Booking", "3", {{"team", "east"}, {"status", "closed"}});
  CHECK(joined(root) == Ids{"1", "2", "3"});
  CHECK(joined(ann) == Ids{"1"});
  CHECK(joined(ben) == Ids{"2"});
  CHECK(joined(cho) == Ids{"1", "2"});

  SUBCASE("by the file and SIGHUP") {
    server.write(kByOwner);
    server.reload();
  }
  SUBCASE("by an administrator") { put(server, kByOwner); }

  CHECK(replaced(ann) == Ids{"1", "2"});
  CHECK(replaced(ben) == Ids{"2"});
  CHECK(replaced(cho) == Ids{"1", "2"});
  CHECK(root.nothing_more());
  root.edit({{"op", "update"},
             {"entityType", "Booking"},
             {"entityId", "2"},
             {"baseVersion", 1},
             {"set", {{"status", "closed"}}}});
  const auto gone = ann.pushes_until(1);
  CHECK(gone.front().at("type") == "gone");
  CHECK_FALSE(gone.front().contains("data"));
  CHECK(cho.pushes_until(1).front().at("type") == "gone");
  CHECK(ben.pushes_until(1).front().at("type") == "event");
  CHECK(ann.get("Booking", "2").at("code") == "not_found");
  CHECK(ben.get("Booking", "2").at("type") == "entity");
}

TEST_CASE("Acceptance: at a reload no edit is judged by new types and old rules [law 8]") {
  const Server server(
      "[types.Booking]\nschema = {required = [\"day\"]}\n[access.Booking]\nread = \"*\"\ncreate = \"*\"\n");
  Person ann(*server.process, "ann:north");
  const auto create = [&] {
    const json::object answer =
        ann.edit({{"op", "create"}, {"entityType", "Booking"}, {"data", json::object{}}});
    const json::value* const code = answer.if_contains("code");
    return std::string((code != nullptr ? *code : answer.at("type")).as_string());
  };
  REQUIRE(create() == "invalid");

  server.write("[types.Booking]\n[access.Booking]\nread = \"*\"\ncreate = \"boss\"\n");
  ::kill(server.process->pid(), SIGHUP);
  std::string answer;
  do answer = create();
  while (answer == "invalid");

  CHECK(answer == "forbidden");
  server.reload();
  CHECK(create() == "forbidden");
}

TEST_CASE("Acceptance: where the types of a file are refused, or its rules, neither changes [law 8]") {
  const std::string rules = "[access.Booking]\nread = \"*\"\ncreate = \"*\"\n";
  const Server server("[types.Booking]\nunique = [\"n\"]\n" + rules);
  Person ann(*server.process, "ann:north");
  ann.create("Booking", "1", {{"n", 1}, {"day", "mon"}});
  ann.create("Booking", "2", {{"n", 2}, {"day", "mon"}});

  SUBCASE("types") {
    server.write("[types.Booking]\nunique = [\"day\"]\n[access.Booking]\nread = \"boss\"\n");
    server.reload("day cannot be made unique");
  }
  SUBCASE("rules") {
    server.write("[types.Booking]\n[access.Booking]\nraed = \"boss\"\n");
    server.reload("did you mean read?");
  }

  CHECK(ann.get("Booking", "1").at("type") == "entity");
  ann.create("Booking", "3", {{"n", 3}, {"day", "tue"}});
  CHECK(ann.edit({{"op", "create"}, {"entityType", "Booking"}, {"data", {{"n", 3}}}}).at("code") == "unique");
  put(server, rules);  // on version 1: nothing has been written
}

TEST_CASE("Acceptance: who comes back under other rights is sent its rooms anew [law 3, law 8]") {
  const Server server(kByTeam);
  Person ann(*server.process, "ann:north");
  ann.create("Booking", "1", {{"team", "north"}, {"status", "open"}});
  ann.create("Booking", "2", {{"team", "south"}, {"status", "closed"}});
  CHECK(joined(ann) == Ids{"1"});
  const json::value position = ann.position();
  ann.close();
  const auto status_of = [&](const char* name) {
    Resumption back;
    back.position = position;
    back.subscriptions = {json::object{{"subscription", 1}, {"entityType", "Booking"}}};
    const Person again(*server.process, name, back);
    const json::object state = again.welcome().at("subscriptions").at(0).as_object();
    return std::string(state.at("status").as_string()) +
           (state.contains("reason") ? ' ' + std::string(state.at("reason").as_string()) : std::string());
  };

  CHECK(status_of("ann:north") == "recovered");
  CHECK(status_of("ann:south") == "resync rights");
  server.write(kByOwner);
  server.reload();
  CHECK(status_of("ann:north") == "resync rights");
}

TEST_CASE("Acceptance: a type that is denied answers as one that is not there [law 8]") {
  const Server server(kByTeam);
  Person root(*server.process, "root");
  Person ann(*server.process, "ann:north");
  root.create("Invoice", "1", {{"total", 5}});

  const auto codes = [&](const char* type) {
    std::string codes;
    for (json::object request : {json::object{{"type", "list"}},
                                 {{"type", "subscribe"}, {"subscription", 9}},
                                 {{"type", "get"}, {"entityId", "1"}},
                                 {{"type", "history"}},
                                 {{"type", "lock"}, {"entityId", "1"}},
                                 {{"type", "changes"}, {"reader", "r"}}}) {
      request["entityType"] = type;
      codes += std::string(ann.ask(std::move(request)).at("code").as_string()) + ' ';
    }
    return codes;
  };

  CHECK(codes("Invoice") == codes("Nothing"));
  CHECK(codes("Invoice") == "forbidden forbidden not_found forbidden not_found forbidden ");
}
