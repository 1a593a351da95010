// What the golden vectors cannot well hold: that client's texts are escaped everywhere, and answers kept for
// repeats.

#include "protocol/encode.hpp"

#include "tests/support/json.hpp"

namespace json = boost::json;
using namespace coterie;
using namespace coterie::testing;

namespace {

const std::string kNasty = "\"\\\n\r\t\x01</script>\xE2\x80\xA8";

json::object read(const std::string& line) {
  CHECK(line.find('\n') == std::string::npos);
  return object_of(line);
}

bool is_nasty(const json::value& value) { return value.as_string() == kNasty; }

}  // namespace

TEST_CASE("Encode: texts that clients chose never leave their quotes") {
  DataSyncEvent event;
  event.key = {EntityType("A"), EntityId("x")};
  event.set = "{}";
  event.unset = "[]";
  event.operation = EventOperation::update;
  event.user_id = UserId(kNasty);
  event.session_id = SessionId(kNasty);
  event.client_id = ClientId(kNasty);
  event.mutation_id = MutationId(kNasty);
  const json::object sent = read(encode(event));
  for (const char* member : {"userId", "sessionId", "clientId", "mutationId"})
    CHECK(is_nasty(sent.at(member)));

  Error error;
  error.message = kNasty;
  error.member = kNasty;
  CHECK(is_nasty(read(encode(RequestId(1), error)).at("message")));
  CHECK(is_nasty(read(encode(error)).at("member")));

  Welcome welcome;
  welcome.user = {UserId(kNasty), kNasty};
  welcome.features = {kNasty};
  CHECK(is_nasty(read(encode(RequestId(1), welcome)).at("user").at("name")));

  Rejected rejected;
  rejected.message = kNasty;
  rejected.field = kNasty;
  CHECK(is_nasty(read(encode(RequestId(1), rejected)).at("field")));

  Conflict conflict;
  conflict.fields = {{path_of("\"</script>"), FieldVerdict::clash}};
  CHECK(read(encode(RequestId(1), conflict)).at("fields").as_object().contains("\"</script>"));
}

TEST_CASE("Encode: a kept answer gets the id of whoever asks, and is else the same [law 4]") {
  const std::string body = encode_body(Committed{MutationId("m"), Seq(7), {}});
  CHECK(body == R"({"type":"committed","mutationId":"m","seq":7,"results":[]})");
  CHECK(with_id(RequestId(0), body) ==
        R"({"id":0,"type":"committed","mutationId":"m","seq":7,"results":[]})");
  CHECK(with_id(RequestId(9'007'199'254'740'991), body)
            .starts_with(R"({"id":9007199254740991,"type":"committed",)"));
}

TEST_CASE("Encode: an event in its room holds no old values, in the history it does") {
  DataSyncEvent event;
  event.key = {EntityType("A"), EntityId("x")};
  event.operation = EventOperation::update;
  event.set = R"({"a":2})";
  event.unset = "[]";
  event.old = R"({"a":1})";
  CHECK(!read(encode(event)).contains("old"));
  std::string logged;
  append_logged_event(logged, event);
  CHECK(read(logged).at("old") == value_of(R"({"a":1})"));
}
