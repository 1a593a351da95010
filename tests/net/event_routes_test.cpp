// /events up to the moment where the connection becomes a stream: what it would begin with, and every reason
// why there is none.
#include "server/net/live_session.hpp"
#include "tests/net/http_harness.hpp"

using namespace coterie;
using Headers = HttpHarness::Headers;

namespace {

constexpr const char* kPosition = R"({"epoch":"e1","seq":7})";

std::string code_of(const HttpResponse& response) {
  return std::string(HttpHarness::json(response).at("code").as_string());
}

}  // namespace

TEST_CASE("Events: POST takes the members of a hello") {
  HttpHarness http;

  const auto answer =
      http.ask("POST", "/events", {},
               R"({"clientId":"tab","subscriptions":[{"subscription":3,"entityType":"Booking"}],)"
               R"("position":{"epoch":"e1","seq":5},"later":1})");

  CHECK(answer.status == 200);
  CHECK(answer.content_type == "text/event-stream");
  REQUIRE(answer.stream);
  CHECK(answer.stream->identity.user.id.value() == "ann");
  CHECK(answer.stream->hello.client_id.value() == "tab");
  CHECK(answer.stream->hello.subscriptions.at(0).subscription.value() == 3);
  CHECK(answer.stream->hello.position->seq.value() == 5);
}

TEST_CASE("Events: the token stands in the body or in the header; without one there is no stream [law 8]") {
  HttpHarness http;
  const Headers none{{"Authorization", "Basic x"}};
  const auto by_body = http.ask("POST", "/events", none, R"({"token":"dev:ben","clientId":"c"})");
  const auto without = http.ask("POST", "/events", none, R"({"clientId":"c"})");
  const auto wrong = http.ask("POST", "/events", none, R"({"token":"nonsense","clientId":"c"})");
  REQUIRE(by_body.stream);
  CHECK(by_body.stream->identity.user.id.value() == "ben");
  CHECK(without.status == 401);
  CHECK(wrong.status == 401);
  CHECK_FALSE(wrong.stream);
  CHECK(wrong.body.find("nonsense") == std::string::npos);
}

TEST_CASE("Events: a body that is no hello is refused with the member that is wrong [law 6]") {
  HttpHarness http;
  CHECK(code_of(http.ask("POST", "/events", {}, "nonsense")) == "bad_json");
  CHECK(code_of(http.ask("POST", "/events", {}, "[1]")) == "bad_request");
  CHECK(code_of(http.ask("POST", "/events", {}, R"({"type":"ping"})")) == "bad_request");
  const auto bad =
      http.ask("POST", "/events", {}, R"({"clientId":"c","subscriptions":[{"subscription":1}]})");
  CHECK(bad.status == 400);
  CHECK(http.json(bad).at("member").as_string().find("entityType") != std::string::npos);
}

TEST_CASE("Events: Last-Event-ID is where the stream goes on, before what the body says") {
  HttpHarness http;
  const Headers last{{"Last-Event-ID", kPosition}};
  const auto answer =
      http.ask("POST", "/events", last,
               R"({"clientId":"c","position":{"epoch":"e1","seq":5},"subscriptions":[)"
               R"({"subscription":1,"entityType":"Booking","position":{"epoch":"e1","seq":4}},)"
               R"({"subscription":2,"entityType":"Order","position":null}]})");
  REQUIRE(answer.stream);
  CHECK(answer.stream->hello.position->seq.value() == 7);
  CHECK_FALSE(answer.stream->hello.subscriptions.at(0).position_named);
  CHECK_FALSE(answer.stream->hello.subscriptions.at(0).position);
  CHECK(answer.stream->hello.subscriptions.at(1).position_named);  // asks for a snapshot, ever again
  for (const char* wrong : {"7", "nonsense", "[]", R"({"seq":7})"}) {
    CAPTURE(wrong);
    CHECK(http.ask("POST", "/events", {{"Last-Event-ID", wrong}}, R"({"clientId":"c"})").status == 400);
    CHECK(http.ask("GET", "/events?entityType=Booking", {{"Last-Event-ID", wrong}}).status == 400);
  }
}

TEST_CASE("Events: GET follows one room by its query") {
  HttpHarness http;
  const auto answer = http.ask("GET", "/events?entityType=Booking&filter=%7B%22status%22%3A%22open%22%7D",
                               {{"Last-Event-ID", kPosition}});
  REQUIRE(answer.stream);
  const Subscribe& room = answer.stream->hello.subscriptions.at(0);
  CHECK(room.room.type.value() == "Booking");
  CHECK(room.filter);
  CHECK(answer.stream->hello.position->seq.value() == 7);

  const auto missing = http.ask("GET", "/events");
  const auto misspelt = http.ask("GET", "/events?entityType=Booking&filtr=1");
  CHECK(http.json(missing).at("member") == "entityType");
  CHECK(http.json(misspelt).at("member") == "filtr");
}

TEST_CASE("Events: DELETE ends the session that is named, and no other") {
  HttpHarness http;
  const auto opened = http.sessions.open(UserId{"ann"}, std::nullopt, http.now);
  REQUIRE(opened.has_value());
  const Headers ben{{"Authorization", "Bearer dev:ben"}, {"Coterie-Session", opened->resume}};
  const Headers ann{{"Coterie-Session", opened->resume}};

  CHECK(http.ask("DELETE", "/events").status == 400);
  CHECK(http.ask("DELETE", "/events", ben).status == 401);
  CHECK(http.sessions.size() == 1);
  CHECK(http.ask("DELETE", "/events", ann).status == 204);
  CHECK(http.sessions.size() == 0);
}

TEST_CASE("Requests: what moves a session's place is passed on to its connection, and answered there") {
  HttpHarness http;
  const auto opened = http.sessions.open(UserId{"ann"}, std::nullopt, http.now);
  REQUIRE(opened.has_value());
  const std::string subscribe = R"({"id":5,"type":"subscribe","subscription":1,"entityType":"Booking"})";

  const auto passed = http.ask("POST", "/api/v1/requests", {{"Coterie-Session", opened->resume}}, subscribe);
  const auto nobody = http.ask("POST", "/api/v1/requests", {}, subscribe);

  CHECK(passed.status == 202);
  CHECK(passed.body.empty());
  CHECK(http.passed_on == std::vector<RequestId>{RequestId{5}});
  CHECK(nobody.status == 400);
}
