// Records over HTTP, from create to delete, decided by the real rules on a memory store.
#include "tests/net/http_harness.hpp"

using namespace coterie;
using Headers = HttpHarness::Headers;

namespace {

const std::string kBooking = "/api/v1/entities/Booking/42";
const Headers kMergePatch{{"Content-Type", "application/merge-patch+json"}};

Headers with(Headers headers, std::string name, std::string value) {
  headers.push_back({std::move(name), std::move(value)});
  return headers;
}

// Booking 42 at version 1.
void create(HttpHarness& http,
            std::string data = R"({"status":"open","price":10,"address":{"city":"Bonn","zip":"53"}})") {
  const auto made =
      http.ask("POST", "/api/v1/entities/Booking", {}, R"({"entityId":"42","data":)" + data + "}");
  REQUIRE(made.status == 201);
}

std::string data_of(const HttpResponse& response) {
  return to_json_text(HttpHarness::json(response).at("data"));
}

}  // namespace

TEST_CASE("Entities: POST creates and says where, GET reads it back under the same ETag") {
  HttpHarness http;

  const auto made = http.ask("POST", "/api/v1/entities/Booking", {}, R"({"data":{"status":"open"}})");
  const std::string place = http.header(made, "Location");
  const auto read = http.ask("GET", place);

  CHECK(made.status == 201);
  CHECK(http.header(made, "ETag") == "\"1\"");
  CHECK(read.status == 200);
  CHECK(http.header(read, "ETag") == "\"1\"");
  CHECK(http.json(read) == http.json(made));
  CHECK(http.json(read).at("createdBy") == "ann");
  CHECK(http.ask("GET", place, {{"If-None-Match", "\"1\""}}).status == 304);
  CHECK(http.ask("GET", place, {{"If-None-Match", "\"2\""}}).status == 200);
}

TEST_CASE("Entities: what exists is not created again") {
  HttpHarness http;
  create(http);

  const auto again = http.ask("POST", "/api/v1/entities/Booking", {}, R"({"entityId":"42","data":{}})");
  const auto put = http.ask("PUT", kBooking, {{"If-None-Match", "*"}}, R"({"data":{}})");

  CHECK(again.status == 409);
  CHECK(http.json(again).at("code") == "exists");
  CHECK(put.status == 409);
  CHECK(http.ask("PUT", "/api/v1/entities/Booking/43", {{"If-None-Match", "*"}}, R"({"data":{}})").status ==
        201);
}

TEST_CASE("Entities: PUT replaces the whole document at the version it names") {
  HttpHarness http;
  create(http);

  const auto by_header = http.ask("PUT", kBooking, {{"If-Match", "\"1\""}},
                                  R"({"data":{"status":"done","address":{"city":"Bonn"}}})");
  const auto by_member = http.ask("PUT", kBooking, {}, R"({"version":2,"data":{"note":null}})");

  CHECK(by_header.status == 200);
  CHECK(http.header(by_header, "ETag") == "\"2\"");
  CHECK(http.json(by_header).at("data") ==
        parse_json(R"({"status":"done","address":{"city":"Bonn"}})", {100, 5, 10}).value());
  CHECK(http.header(by_member, "ETag") == "\"3\"");
  CHECK(data_of(by_member) == R"({"note":null})");
}

TEST_CASE("Entities: a PUT that changes nothing makes no version [law 1]") {
  HttpHarness http;
  create(http, R"({"a":1})");

  const auto same = http.ask("PUT", kBooking, {{"If-Match", "\"1\""}}, R"({"data":{"a":1}})");

  CHECK(same.status == 200);
  CHECK(http.header(same, "ETag") == "\"1\"");
}

TEST_CASE("Entities: a stale change is 409 with what is needed to decide, and changes nothing [law 5]") {
  HttpHarness http;
  create(http, R"({"status":"open","price":10})");
  http.ask("PUT", kBooking, {{"If-Match", "\"1\""}, {"Authorization", "Bearer dev:bob"}},
           R"({"data":{"status":"open","price":12}})");

  const std::vector<HttpResponse> stale = {
      http.ask("PUT", kBooking, {{"If-Match", "\"1\""}}, R"({"data":{"status":"done","price":10}})"),
      http.ask("PATCH", kBooking, with(kMergePatch, "If-Match", "\"1\""), R"({"status":"done"})"),
      http.ask("PATCH", kBooking, {{"If-Match", "\"1\""}}, R"({"set":{"status":"done"}})"),
      http.ask("PATCH", kBooking, {}, R"({"version":1,"set":{"status":"done"}})"),
  };

  for (const HttpResponse& response : stale) {
    CAPTURE(response.body);
    CHECK(response.status == 409);
    CHECK(response.content_type == "application/problem+json");
    CHECK(http.header(response, "ETag") == "\"2\"");
    const auto conflict = http.json(response);
    CHECK(conflict.at("baseVersion") == 1);
    CHECK(conflict.at("currentVersion") == 2);
    CHECK(conflict.at("base").at("price") == 10);
    CHECK(conflict.at("current").at("price") == 12);
    CHECK(conflict.at("yours").at("status") == "done");
    CHECK(conflict.at("merged").at("status") == "done");
    CHECK(conflict.at("merged").at("price") == 12);
    CHECK(conflict.at("fields").at("status") == "yours");
    CHECK(conflict.at("fields").at("price") == "theirs");
    CHECK(conflict.at("changedBy").at(0).at("userId") == "bob");
  }
  CHECK(http.ask("DELETE", kBooking, {{"If-Match", "\"1\""}}).status == 409);
  CHECK(http.header(http.ask("GET", kBooking), "ETag") == "\"2\"");
}

TEST_CASE("Entities: a merge patch merges objects, removes by null and replaces all else") {
  struct Row {
    const char* before;
    const char* patch;
    const char* after;
  };
  // The examples of RFC 7396, appendix A, where the document is an object.
  const Row rows[] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
      {R"({"a":"text"})", R"({"a":{"b":1}})", R"({"a":{"b":1}})"},
  };

  for (const Row& row : rows) {
    HttpHarness http;
    CAPTURE(row.before);
    CAPTURE(row.patch);
    create(http, row.before);
    const auto patched = http.ask("PATCH", kBooking, with(kMergePatch, "If-Match", "\"1\""), row.patch);
    CHECK(patched.status == 200);
    CHECK(http.json(patched).at("data") == parse_json(row.after, {200, 8, 50}).value());
  }
}

TEST_CASE("Entities: PATCH with the members of an update does what an update does") {
  HttpHarness http;
  create(http);

  const auto counted =
      http.ask("PATCH", kBooking, {}, R"({"increment":{"price":5},"guard":{"status":"open"}})");
  const auto guarded =
      http.ask("PATCH", kBooking, {}, R"({"increment":{"price":5},"guard":{"status":"shut"}})");
  const auto merged = http.ask("PATCH", kBooking, {{"If-Match", "\"1\""}},
                               R"({"set":{"address.city":"Köln"},"strategy":"merge"})");

  CHECK(counted.status == 200);
  CHECK(http.json(counted).at("data").at("price") == 15);
  CHECK(guarded.status == 409);
  CHECK(http.json(guarded).at("code") == "guard_failed");
  CHECK(http.json(guarded).at("current").at("data").at("price") == 15);
  CHECK(merged.status == 200);
  CHECK(http.json(merged).at("data").at("address").at("city") == "Köln");
  CHECK(http.json(merged).at("data").at("price") == 15);
}

TEST_CASE("Entities: DELETE takes the version it rests on and leaves a tombstone [law 1]") {
  HttpHarness http;
  create(http);

  const auto gone = http.ask("DELETE", kBooking, {{"If-Match", "\"1\""}});
  const auto patched = http.ask("PATCH", kBooking, {{"If-Match", "\"1\""}}, R"({"set":{"a":1}})");
  const auto anew = http.ask("POST", "/api/v1/entities/Booking", {}, R"({"entityId":"42","data":{}})");

  CHECK(gone.status == 204);
  CHECK(gone.body.empty());
  CHECK(http.header(gone, "ETag") == "\"2\"");
  CHECK(patched.status == 409);
  CHECK(http.json(patched).at("current").is_null());
  CHECK(http.header(anew, "ETag") == "\"3\"");
}

TEST_CASE("Entities: the same Idempotency-Key gets the first answer again [law 4]") {
  HttpHarness http;
  create(http, R"({"n":1})");
  const Headers key{{"Idempotency-Key", "\"k1\""}, {"If-Match", "\"1\""}};

  const auto first = http.ask("PUT", kBooking, key, R"({"data":{"n":2}})");
  const auto repeat = http.ask("PUT", kBooking, key, R"({"data":{"n":2}})");
  const auto other = http.ask("PUT", kBooking, key, R"({"data":{"n":3}})");
  const auto not_repeat = http.ask("PUT", kBooking, {{"If-Match", "\"1\""}}, R"({"data":{"n":2}})");

  CHECK(first.status == 200);
  CHECK(repeat.status == 200);
  CHECK(repeat.body == first.body);
  CHECK(http.header(repeat, "ETag") == "\"2\"");
  CHECK(other.status == 422);
  CHECK(http.json(other).at("code") == "mutation_reused");
  CHECK(not_repeat.status == 409);
}

TEST_CASE("Entities: lists are filtered, sorted and paged by cursor or by number") {
  HttpHarness http;
  for (int i = 1; i <= 5; ++i) {
    const std::string n = std::to_string(i);
    http.ask("POST", "/api/v1/entities/Stock", {}, R"({"entityId":"s)" + n + R"(","data":{"n":)" + n + "}}");
  }
  const auto ids = [&](const HttpResponse& response) {
    std::string text;
    const auto page = http.json(response);
    for (const auto& entity : page.at("entities").as_array()) {
      text += std::string(entity.at("entityId").as_string()) + ' ';
    }
    return text;
  };
  const std::string stock = "/api/v1/entities/Stock";

  const auto filtered = http.ask("GET", stock + "?filter=%7B%22n%22%3A%7B%22%24gte%22%3A4%7D%7D&sort=-n");
  const auto first = http.ask("GET", stock + "?sort=n&limit=2");
  const std::string cursor(http.json(first).at("cursor").as_string());
  const auto second = http.ask("GET", stock + "?sort=n&limit=2&cursor=" + cursor);
  const auto third_page = http.ask("GET", stock + "?sort=n&page=3&pageSize=2");
  const auto ids_only = http.ask("GET", stock + "?data=false&limit=1");

  CHECK(ids(filtered) == "s5 s4 ");
  CHECK(ids(first) == "s1 s2 ");
  CHECK(ids(second) == "s3 s4 ");
  CHECK(ids(third_page) == "s5 ");
  CHECK(http.json(third_page).at("total") == 5);
  CHECK(http.json(third_page).at("pageCount") == 3);
  CHECK(!http.json(ids_only).at("entities").at(0).as_object().contains("data"));
}

TEST_CASE("Entities: the history tells what stood there before") {
  HttpHarness http;
  create(http, R"({"n":1})");
  http.ask("PUT", kBooking, {{"If-Match", "\"1\""}}, R"({"data":{"n":2}})");

  const auto history = http.json(http.ask("GET", kBooking + "/history?after=0")).at("events").as_array();

  REQUIRE(history.size() == 2);
  CHECK(history.at(0).at("operation") == "CREATE");
  CHECK(history.at(1).at("set").at("n") == 2);
  CHECK(history.at(1).at("old").at("n") == 1);
  CHECK(history.at(1).at("clientId") == "http");
}

TEST_CASE("Entities: an odd name in a document is refused, not cut in two") {
  HttpHarness http;
  create(http, R"({"n":1})");

  CHECK(http.ask("PUT", kBooking, {{"If-Match", "\"1\""}}, R"({"data":{"a.b":2}})").status == 400);
  CHECK(http.ask("PATCH", kBooking, with(kMergePatch, "If-Match", "\"1\""), R"({"a.b":2})").status == 400);
  CHECK(http.ask("PATCH", kBooking, with(kMergePatch, "If-Match", "\"1\""), R"({"$x":2})").status == 400);
}

TEST_CASE("Requests: a request by its JSON is answered by the same JSON as on a socket") {
  HttpHarness http;
  const auto send = [&](const std::string& body, Headers headers = {}) {
    return http.ask("POST", "/api/v1/requests", headers, body);
  };
  const std::string create =
      R"({"id":7,"type":"mutate","mutationId":"m1","ops":[{"op":"create","entityType":"A","entityId":"1","data":{"n":1}}]})";

  const auto committed = send(create);
  const auto repeated = send(create, {{"Idempotency-Key", "m1"}});
  const auto other_key = send(create, {{"Idempotency-Key", "m2"}});
  const auto read = send(R"({"id":8,"type":"get","entityType":"A","entityId":"1"})");
  const auto absent = send(R"({"id":9,"type":"get","entityType":"A","entityId":"2"})");
  const auto room = send(R"({"id":10,"type":"subscribe","subscription":1,"entityType":"A"})");

  CHECK(committed.status == 200);
  CHECK(http.json(committed).at("type") == "committed");
  CHECK(http.json(committed).at("id") == 7);
  CHECK(repeated.body == committed.body);
  CHECK(other_key.status == 400);
  CHECK(http.json(read).at("data").at("n") == 1);
  CHECK(absent.status == 404);
  CHECK(http.json(absent).at("type") == "error");
  CHECK(http.json(absent).at("id") == 9);
  CHECK(room.status == 400);
}
