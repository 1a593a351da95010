// The client that comes back, against a server in this process that goes away and returns on its port.
#include "clients/cpp/live_connection.hpp"

#include <doctest/doctest.h>

#include "clients/cpp/http_client.hpp"
#include "server/application.hpp"
#include "tests/support/server_process.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

ApplicationOptions options_for(const std::filesystem::path& data, std::uint16_t port) {
  ApplicationOptions options;
  options.data = data;
  options.port = port;
  options.dev = true;
  options.log_level = LogLevel::error;
  return options;
}

ConnectOptions connect_to(std::uint16_t port, const std::string& user) {
  ConnectOptions options;
  options.url = ServerUrl::parse("http://127.0.0.1:" + std::to_string(port)).value();
  options.token = "dev:" + user;
  return options;
}

std::string edit(std::uint16_t port, const std::string& id, json::object operation) {
  auto connection = Connection::connect(connect_to(port, "ann"));
  REQUIRE_MESSAGE(connection.has_value(), connection.error().message);
  const auto answer =
      connection->request({{"type", "mutate"}, {"mutationId", id}, {"ops", json::array{operation}}});
  REQUIRE(answer.has_value());
  connection->close();
  return std::string(answer->at("type").as_string());
}

json::object create(int number) {
  return {{"op", "create"}, {"entityType", "Vehicle"}, {"data", json::object{{"n", number}}}};
}

}  // namespace

TEST_CASE("Client: lost and come back, it is sent exactly what it missed, once and in order [law 3]") {
  test::TemporaryFolder folder("live-connection");
  auto server = std::make_unique<Application>(options_for(folder.path(), 0));
  REQUIRE(server->start().has_value());
  const std::uint16_t port = server->port();
  std::vector<std::string> notices;
  int welcomes = 0;
  LiveConnection::Observer observer;
  observer.waiting = [&](const std::string& sentence) {
    notices.push_back(sentence);
    if (server) return;
    server = std::make_unique<Application>(options_for(folder.path(), port));
    REQUIRE(server->start().has_value());
    CHECK(edit(port, "m2", create(2)) == "committed");
    CHECK(edit(port, "m3", create(3)) == "committed");
  };
  observer.welcomed = [&](const json::object&) { ++welcomes; };
  observer.stopped = [] { return false; };
  LiveConnection live(connect_to(port, "ben"), {json::object{{"subscription", 1}, {"entityType", "Vehicle"}}},
                      observer, 7);
  REQUIRE(live.start().has_value());
  // What is made before the snapshot is read stands in it, and is no event.
  bool joined = false;
  for (int tries = 0; tries < 200 && !joined; ++tries) {
    const auto messages = live.next(std::chrono::milliseconds{100});
    REQUIRE_MESSAGE(messages.has_value(), messages.error().message);
    for (const json::object& message : *messages) joined = joined || message.at("type") == "snapshot";
  }
  REQUIRE(joined);
  std::vector<std::int64_t> seen;
  const auto read_until = [&](std::size_t count) {
    for (int tries = 0; tries < 200 && seen.size() < count; ++tries) {
      const auto messages = live.next(std::chrono::milliseconds{100});
      REQUIRE_MESSAGE(messages.has_value(), messages.error().message);
      for (const json::object& message : *messages) {
        if (message.at("type") == "event") seen.push_back(message.at("data").at("n").as_int64());
      }
    }
  };

  CHECK(edit(port, "m1", create(1)) == "committed");
  read_until(1);
  server->stop();
  server.reset();
  read_until(3);
  CHECK(edit(port, "m4", create(4)) == "committed");
  read_until(4);

  CHECK(seen == std::vector<std::int64_t>{1, 2, 3, 4});
  CHECK(welcomes == 2);
  REQUIRE_FALSE(notices.empty());
  CHECK(notices.front().starts_with("reconnecting in "));
  live.close();
}

TEST_CASE("Client: HTTP over one kept connection, also after the server has closed it") {
  test::TemporaryFolder folder("http-client");
  auto server = std::make_unique<Application>(options_for(folder.path(), 0));
  REQUIRE(server->start().has_value());
  const std::uint16_t port = server->port();
  HttpClient client(ServerUrl::parse("127.0.0.1:" + std::to_string(port)).value(), "dev:ann");

  const auto created = client.post("/api/v1/entities/Vehicle", R"({"entityId":"1","data":{"n":1}})");
  REQUIRE_MESSAGE(created.has_value(), created.error().message);
  CHECK(created->status == 201);
  CHECK(client.get("/api/v1/entities/Vehicle/1")->status == 200);
  CHECK(client.get("/api/v1/entities/Vehicle/2")->status == 404);

  server->stop();
  server = std::make_unique<Application>(options_for(folder.path(), port));
  REQUIRE(server->start().has_value());
  const auto again = client.get("/api/v1/entities/Vehicle/1");
  REQUIRE_MESSAGE(again.has_value(), again.error().message);
  CHECK(again->status == 200);
}

TEST_CASE("Client: addresses are read, or refused with an example") {
  CHECK(ServerUrl::parse("http://127.0.0.1:8080/w/north/")->text() == "http://127.0.0.1:8080/w/north");
  CHECK(ServerUrl::parse("localhost")->authority() == "localhost:8787");
  CHECK(ServerUrl::parse("ws://[::1]:9")->authority() == "[::1]:9");
  CHECK(ServerUrl::parse("https://coterie.example/w/")->text() == "https://coterie.example:443/w");
  CHECK(ServerUrl::parse("wss://coterie.example:8787")->text() == "https://coterie.example:8787");
  for (const char* bad :
       {"", "httpss://a", "ftp://a", "http://", "http://u:p@a", "http://a?token=1", "http://a:0", "a b"}) {
    CAPTURE(bad);
    const auto parsed = ServerUrl::parse(bad);
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().message.find("http://127.0.0.1:8787") != std::string::npos);
  }
}

TEST_CASE("Client: the waits grow to 30 s, each in its upper half, and what the server wishes wins [law 6]") {
  Backoff backoff(1);
  for (const int most : {1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000}) {
    const auto wait = backoff.next().count();
    CHECK(wait >= most / 2);
    CHECK(wait <= most);
  }
  backoff.reset();
  CHECK(backoff.next().count() <= 1000);
  const auto wished = backoff.within(std::chrono::milliseconds{300}, std::chrono::milliseconds{400}).count();
  CHECK((wished >= 300 && wished <= 400));
}

}  // namespace coterie
