// The conflict inbox, notifications and announcements over HTTP, decided by the real rules on a memory store.
#include "tests/net/http_harness.hpp"

using namespace coterie;
using Headers = HttpHarness::Headers;

namespace {

const std::string kConflicts = "/api/v1/conflicts";
const Headers kBen{{"Authorization", "Bearer dev:ben"}};

Headers with(Headers headers, std::string name, std::string value) {
  headers.push_back({std::move(name), std::move(value)});
  return headers;
}

// Booking 42 at version 2 by ann; ben's late price is in the inbox as number 1.
struct Inbox : HttpHarness {
  Inbox() {
    ask("POST", "/api/v1/entities/Booking", {}, R"({"entityId":"42","data":{"price":10,"note":"a"}})");
    ask("PATCH", "/api/v1/entities/Booking/42", {{"If-Match", "\"1\""}}, R"({"set":{"price":12}})");
    const auto late = ask("POST", "/api/v1/requests", kBen,
                          R"({"id":1,"type":"mutate","mutationId":"late","onConflict":"store","ops":[)"
                          R"({"op":"update","entityType":"Booking","entityId":"42","baseVersion":1,)"
                          R"("set":{"price":11,"note":"b"}}]})");
    REQUIRE(late.status == 409);
    REQUIRE(json(late).at("conflictId") == 1);
  }
  boost::json::value data() { return json(ask("GET", "/api/v1/entities/Booking/42")).at("data"); }
};

}  // namespace

TEST_CASE("Conflicts over HTTP: listed, shown and decided") {
  Inbox http;

  const auto list = http.ask("GET", kConflicts + "?state=open&entityType=Booking&limit=10");
  CHECK(list.status == 200);
  CHECK(http.json(list).at("open") == 1);
  CHECK(http.json(list).at("conflicts").at(0).at("fields").at("price") == "clash");
  CHECK_FALSE(http.json(list).contains("type"));
  const auto shown = http.ask("GET", kConflicts + "/1");
  CHECK(shown.status == 200);
  CHECK(http.json(shown).at("currentVersion") == 2);
  CHECK(http.json(shown).at("yours").at("price") == 11);

  const auto decided = http.ask("POST", kConflicts + "/1/decide", {{"Idempotency-Key", "d1"}},
                                R"({"resolution":"merge","baseVersion":2})");
  const auto again = http.ask("POST", kConflicts + "/1/decide", {{"Idempotency-Key", "d1"}},
                              R"({"resolution":"merge","baseVersion":2})");

  CHECK(decided.status == 200);
  CHECK(http.json(decided).at("mutationId") == "d1");
  CHECK(again.body == decided.body);
  CHECK(http.data().at("price") == 12);
  CHECK(http.data().at("note") == "b");
  CHECK(http.json(http.ask("GET", kConflicts + "/1")).at("state") == "decided");
  CHECK(http.json(http.ask("GET", "/api/v1/notifications", kBen)).at("unread") == 1);
}

TEST_CASE("Conflicts over HTTP: what cannot be decided is told as a problem") {
  Inbox http;
  const auto decide = [&](const std::string& body) {
    return http.ask("POST", kConflicts + "/1/decide", {}, body);
  };

  const auto stale = decide(R"({"resolution":"use-mine","baseVersion":1})");
  CHECK(stale.status == 409);
  CHECK(stale.content_type == "application/problem+json");
  CHECK(http.json(stale).at("conflictId") == 1);
  CHECK(http.json(stale).at("currentVersion") == 2);
  CHECK(decide(R"({"resolution":"use-mine"})").status == 428);
  CHECK(decide(R"({"resolution":"mine","baseVersion":2})").status == 400);
  CHECK(http.json(decide(R"({"resolution":"merge","baseVersion":2,"conflictId":2})")).at("member") ==
        "conflictId");
  CHECK(decide(R"({"resolution":{"set":{"price":11.5}},"baseVersion":2})").status == 200);
  const auto late = decide(R"({"resolution":"use-theirs","baseVersion":3})");
  CHECK(late.status == 409);
  CHECK(http.json(late).at("code") == "decided");
  for (const char* none : {"/2", "/0", "/x", "/18446744073709551616"}) {
    CHECK(http.ask("GET", kConflicts + none).status == 404);
    CHECK(http.ask("POST", kConflicts + none + "/decide", {}, R"({"resolution":"use-theirs"})").status ==
          404);
  }
  CHECK(http.ask("GET", kConflicts + "?status=open").status == 400);
}

TEST_CASE("Conflicts over HTTP: assigned to somebody, and to nobody") {
  Inbox http;

  const auto assigned = http.ask("POST", kConflicts + "/1/assign", {}, R"({"assignee":"ben"})");

  CHECK(assigned.status == 200);
  CHECK(http.json(assigned).at("assignee") == "ben");
  CHECK(http.json(http.ask("GET", kConflicts + "?assignee=ben")).at("conflicts").as_array().size() == 1);
  CHECK(http.json(http.ask("POST", kConflicts + "/1/assign", {}, R"({"assignee":null})")).at("assignee") ==
        nullptr);
  CHECK(http.json(http.ask("GET", kConflicts + "?assignee=ben")).at("conflicts").as_array().empty());
  CHECK(http.ask("POST", kConflicts + "/1/assign", {}, "{}").status == 400);
  CHECK(http.ask("POST", kConflicts + "/9/assign", {}, R"({"assignee":"ben"})").status == 404);
}

TEST_CASE("Notifications over HTTP: one's own, until they are read [law 8]") {
  Inbox http;
  http.ask("POST", kConflicts + "/1/decide", {}, R"({"resolution":"use-theirs"})");

  const auto told = http.ask("GET", "/api/v1/notifications", kBen);
  REQUIRE(told.status == 200);
  CHECK(http.json(told).at("notifications").at(0).at("kind") == "conflictDecided");
  CHECK(http.json(http.ask("GET", "/api/v1/notifications")).at("unread") == 0);

  const auto read = http.ask("POST", "/api/v1/notifications/read",
                             with(kBen, "Content-Type", "application/json"), R"({"notificationIds":[1]})");
  CHECK(read.status == 200);
  CHECK(http.json(read).at("unread") == 0);
  CHECK(http.json(http.ask("GET", "/api/v1/notifications", kBen)).at("notifications").as_array().empty());
  CHECK(http.json(http.ask("GET", "/api/v1/notifications?unread=false", kBen))
            .at("notifications")
            .as_array()
            .size() == 1);
  CHECK(http.ask("POST", "/api/v1/notifications/read", {}, "{}").status == 400);
  CHECK(http.ask("GET", "/api/v1/notifications", {{"Authorization", "Bearer forged"}}).status == 401);
}

TEST_CASE("Announcements over HTTP: made, listed, withdrawn") {
  HttpHarness http;

  const auto made = http.ask("POST", "/api/v1/announcements", {},
                             R"({"text":"Back at noon.","severity":"warning","ttlMs":60000})");
  CHECK(made.status == 201);
  CHECK(http.json(made).at("announcementId") == 1);
  const auto list = http.json(http.ask("GET", "/api/v1/announcements"));
  CHECK(list.at("announcements").at(0).at("text") == "Back at noon.");
  CHECK(list.at("announcements").at(0).at("ttlMs") == 60000);

  CHECK(http.ask("DELETE", "/api/v1/announcements/1").status == 204);
  CHECK(http.ask("DELETE", "/api/v1/announcements/1").status == 404);
  CHECK(http.json(http.ask("GET", "/api/v1/announcements")).at("announcements").as_array().empty());
  CHECK(http.ask("POST", "/api/v1/announcements", {}, R"({"text":""})").status == 400);
}
