// History, search, retention and named readers through the whole server, asked over HTTP.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <thread>

#include "clients/cpp/http_client.hpp"
#include "clients/cpp/server_url.hpp"
#include "protocol/json.hpp"
#include "server/application.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace coterie;

namespace {

using Folder = coterie::testing::TemporaryDirectory;
namespace json = boost::json;

ApplicationOptions options_for(const Folder& folder) {
  ApplicationOptions options;
  options.data = folder.path() / "data";
  options.port = 0;
  options.dev = true;
  options.log_level = LogLevel::off;
  options.search[EntityType{"Car"}] = {FieldPath::parse("name").value()};
  return options;
}

struct Server {
  explicit Server(ApplicationOptions options)
      : application(std::move(options)), client(started(application)) {}

  static HttpClient started(Application& application) {
    REQUIRE(application.start().has_value());
    return HttpClient(*ServerUrl::parse("http://127.0.0.1:" + std::to_string(application.port())), "dev:ann");
  }
  json::object get(const std::string& target, unsigned status = 200) {
    const HttpAnswer answer = client.get(target).value();
    CHECK_MESSAGE(answer.status == status, target, " ", answer.body);
    return parse_json(answer.body, {1 << 22, 64, 100'000}).value().as_object();
  }
  json::object ask(const std::string& request) {
    return parse_json(client.post("/api/v1/requests", request).value().body, {1 << 22, 64, 100'000})
        .value()
        .as_object();
  }
  void mutate(const std::string& id, const std::string& op) {
    const json::object answer =
        ask(R"({"id":1,"type":"mutate","mutationId":")" + id + R"(","ops":[)" + op + "]}");
    REQUIRE_MESSAGE(answer.at("type") == "committed", to_json_text(answer));
  }

  Application application;
  HttpClient client;
};

void edit(Server& server, int from, int to) {
  for (int n = from; n <= to; ++n) {
    server.mutate(
        "m" + std::to_string(n),
        n == 1 ? R"({"op":"create","entityType":"Car","entityId":"1","data":{"n":1,"name":"Red Wagon"}})"
               : R"({"op":"update","entityType":"Car","entityId":"1","increment":{"n":1}})");
  }
}

std::int64_t seq_of(const json::object& answer) {
  return answer.at("position").at("seq").to_number<std::int64_t>();
}

}  // namespace

TEST_CASE("History: blame and the history lead through what happened, page by page") {
  Folder folder;
  Server server(options_for(folder));
  edit(server, 1, 5);

  const json::object blame = server.get("/api/v1/entities/Car/1/blame");
  CHECK(blame.at("version") == 5);
  CHECK(blame.at("fields").at("n").at("version") == 5);
  CHECK(blame.at("fields").at("name").at("version") == 1);
  CHECK(blame.at("fields").at("name").at("userId") == "ann");
  CHECK(blame.at("unknown").as_array().empty());
  server.get("/api/v1/entities/Car/2/blame", 404);

  json::object page = server.get("/api/v1/history?entityType=Car&limit=2");
  CHECK(page.at("events").at(0).at("version") == 5);
  CHECK(page.at("events").at(0).at("old").at("n") == 4);
  page = server.get("/api/v1/history?entityType=Car&limit=9&before=" +
                    std::to_string(page.at("next").to_number<std::int64_t>()));
  CHECK(page.at("events").as_array().size() == 3);
  CHECK_FALSE(page.contains("next"));
  CHECK(server.get("/api/v1/entities/Car/1/history?userId=ben").at("events").as_array().empty());
  CHECK(server.get("/api/v1/history?since=2020-01-01T00:00:00.000Z").at("events").as_array().size() == 5);
  server.get("/api/v1/history?since=lately", 400);
}

TEST_CASE("Search: what was written is found a moment later, and a type without fields says which setting") {
  Folder folder;
  Server server(options_for(folder));
  edit(server, 1, 2);

  json::object page;
  for (int i = 0; i < 500; ++i) {
    page = server.get("/api/v1/entities/Car?search=red%20wag*&count=true");
    if (page.at("searchLag") == 0) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(page.at("searchLag") == 0);
  CHECK(page.at("total") == 1);
  CHECK(page.at("entities").at(0).at("entityId") == "1");
  CHECK(server.get("/api/v1/entities/Car?search=bus").at("entities").as_array().empty());
  CHECK(server.get("/api/v1/entities/Bus?search=red", 400).at("member") == "search");
}

TEST_CASE("Lists: numbered pages tell their total and how many there are") {
  Folder folder;
  Server server(options_for(folder));
  for (int n = 1; n <= 7; ++n) {
    server.mutate("c" + std::to_string(n), R"({"op":"create","entityType":"Car","entityId":"c)" +
                                               std::to_string(n) + R"(","data":{"n":)" + std::to_string(n) +
                                               "}}");
  }
  const json::object page = server.get("/api/v1/entities/Car?sort=-n&page=2&pageSize=3");
  CHECK(page.at("total") == 7);
  CHECK(page.at("pageCount") == 3);
  CHECK(page.at("entities").as_array().size() == 3);
  CHECK(page.at("entities").at(0).at("data").at("n") == 4);
}

TEST_CASE("Readers: the changes go on from what was acknowledged, over a restart too [law 3]") {
  Folder folder;
  json::object first;
  {
    Server server(options_for(folder));
    edit(server, 1, 3);
    first = server.get("/api/v1/readers/books/changes?limit=2");
    CHECK(first.at("events").as_array().size() == 2);
    CHECK(first.at("events").at(1).at("old").at("n") == 1);
    CHECK(first.at("lag").at("events") == 1);
    CHECK(server.get("/api/v1/readers/books/changes?limit=2").at("events") ==
          first.at("events"));  // not said yet
    const std::string position = R"({"position":)" + to_json_text(first.at("position")) + "}";
    CHECK(server.client.post("/api/v1/readers/books/acknowledge", position)->status == 204);
    CHECK(server.client.post("/api/v1/readers/nobody/acknowledge", position)->status == 404);
    server.application.stop();
  }
  Server server(options_for(folder));
  const json::object rest = server.get("/api/v1/readers/books/changes");
  CHECK(rest.at("events").as_array().size() == 1);
  CHECK(rest.at("events").at(0).at("version") == 3);
  CHECK(rest.at("lag").at("events") == 0);
  const json::object late = server.get("/api/v1/readers/late/changes?from=now");
  CHECK(late.at("events").as_array().empty());
  CHECK(seq_of(late) == 3);

  const json::object all = server.get("/api/v1/readers");
  REQUIRE(all.at("readers").as_array().size() == 2);
  CHECK(all.at("readers").at(0).at("reader") == "books");
  CHECK(all.at("readers").at(0).at("lag").at("events") == 1);
  CHECK(server.ask(R"({"id":1,"type":"forgetReader","reader":"books"})").at("type") == "ok");
  CHECK(server.get("/api/v1/readers").at("readers").as_array().size() == 1);
  CHECK(server.ask(R"({"id":1,"type":"forgetReader","reader":"books"})").at("code") == "not_found");
}

TEST_CASE("Retention: old versions go, and everybody is told the truth about them [law 3]") {
  Folder folder;
  ApplicationOptions options = options_for(folder);
  options.limits.resume_events = 3;
  options.reader_age = std::chrono::milliseconds(0);  // a reader that lags holds nothing back
  {
    Server server(options);  // nothing is purged yet
    edit(server, 1, 20);
    CHECK(server.get("/api/v1/readers/books/changes?limit=1").at("events").as_array().size() == 1);
  }
  options.retention[EntityType{"Car"}] = {std::nullopt, 2};
  Server server(options);
  for (int i = 0; i < 500; ++i) {
    if (server.get("/api/v1/entities/Car/1/history?limit=50").at("events").as_array().size() < 20) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const json::object history = server.get("/api/v1/entities/Car/1/history?limit=50");
  CHECK(history.at("events").as_array().size() == 3);  // the window for resuming outweighs the two
  CHECK(server.get("/api/v1/entities/Car/1").at("data").at("n") == 20);
  CHECK(server.get("/api/v1/entities/Car/1?version=18").at("data").at("n") == 18);
  server.get("/api/v1/entities/Car/1?version=17", 404);
  const json::object blame = server.get("/api/v1/entities/Car/1/blame");
  CHECK(blame.at("fields").at("n").at("version") == 20);
  CHECK(blame.at("unknown").at(0) == "name");

  const json::object told = server.get("/api/v1/readers/books/changes");
  CHECK(told.at("resync") == "trimmed");
  CHECK(told.at("events").as_array().empty());
  CHECK(seq_of(told) == 20);
  CHECK(server.get("/api/v1/readers").at("readers").at(0).at("resync") == "trimmed");

  const json::object stale = server.ask(
      R"({"id":1,"type":"mutate","mutationId":"s","ops":[{"op":"update","entityType":"Car","entityId":"1","baseVersion":5,"set":{"n":0}}]})");
  CHECK(stale.at("type") == "conflict");
  CHECK(stale.at("baseUnavailable") == true);
  const json::object restored = server.ask(
      R"({"id":1,"type":"mutate","mutationId":"r","ops":[{"op":"restore","entityType":"Car","entityId":"1","baseVersion":20,"toVersion":5}]})");
  CHECK(restored.at("type") == "rejected");
  CHECK(std::string(restored.at("message").as_string()).find("not kept any more") != std::string::npos);
}
