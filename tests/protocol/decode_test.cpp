// What the golden vectors cannot well hold: limits, long texts, and the hash of a mutation's content.

#include "protocol/decode.hpp"

#include "protocol/json.hpp"
#include "tests/support/json.hpp"

namespace json = boost::json;
using namespace coterie;
using namespace coterie::testing;

namespace {

const WireLimits kWire;
constexpr std::size_t kAmple = 4 * 1024 * 1024;

Error refused(const std::string& line, const WireLimits& limits = kWire) {
  const DecodeResult result = decode(line, limits, kAmple);
  REQUIRE(result.has_error());
  return result.error().error;
}

std::string mutate_with(const std::string& ops, const std::string& more = "") {
  return R"({"id":1,"type":"mutate","mutationId":"m","ops":)" + ops + more + "}";
}

ContentHash content(const std::string& line) {
  const DecodeResult result = decode(line, kWire, kAmple);
  REQUIRE(result.has_value());
  return std::get<Mutate>(result->body).mutation.content;
}

std::string repeated(std::size_t count, const std::string& item) {
  std::string list = "[";
  for (std::size_t i = 0; i < count; ++i) list += (i > 0 ? "," : "") + item;
  return list + "]";
}

}  // namespace

TEST_CASE("Decode: a line longer than its limit is refused before it is read [law 6]") {
  const std::string ping = R"({"id":1,"type":"ping"})";
  CHECK(decode(ping, kWire, ping.size()).has_value());
  const DecodeResult result = decode(ping, kWire, ping.size() - 1);
  REQUIRE(result.has_error());
  CHECK(result.error().error.code == ErrorCode::too_large);
  CHECK(!result.error().id);
}

TEST_CASE("Decode: operations have a limit [law 6]") {
  const std::string create = R"({"op":"create","entityType":"A","data":{}})";
  CHECK(decode(mutate_with(repeated(500, create)), kWire, kAmple).has_value());
  const Error error = refused(mutate_with(repeated(501, create)));
  CHECK(error.code == ErrorCode::too_large);
  CHECK(error.member == "ops");
}

TEST_CASE("Decode: the subscriptions of a hello have a limit [law 6]") {
  WireLimits two;
  two.subscriptions = 2;
  const auto hello = [](const std::string& rooms) {
    return R"({"id":1,"type":"hello","token":"t","clientId":"c","subscriptions":)" + rooms + "}";
  };
  const std::string first = R"({"subscription":1,"entityType":"A"},{"subscription":2,"entityType":"A"})";
  CHECK(decode(hello("[" + first + "]"), two, kAmple).has_value());
  const Error error = refused(hello("[" + first + R"(,{"subscription":3,"entityType":"A"}])"), two);
  CHECK(error.code == ErrorCode::limit);
  CHECK(error.member == "subscriptions");
}

TEST_CASE("Decode: an entity larger than its limit is refused [law 6]") {
  WireLimits small;
  small.entity_bytes = 100;
  const auto create = [](std::size_t length) {
    return mutate_with(R"([{"op":"create","entityType":"A","data":{"a":")" + std::string(length, 'x') +
                       "\"}}]");
  };
  CHECK(decode(create(92), small, kAmple).has_value());  // {"a":"..."} is 100 bytes
  const Error error = refused(create(93), small);
  CHECK(error.code == ErrorCode::too_large);
  CHECK(error.member == "ops[0].data");
}

TEST_CASE("Decode: what a client wrote comes back shortened, between two characters") {
  std::string name;
  for (int i = 0; i < 10'000; ++i) name += "\xC3\xA9";
  const Error error = refused(R"({"id":1,"type":"ping",")" + name + "\":1}");
  CHECK(error.code == ErrorCode::bad_request);
  CHECK(error.member.size() < 200);
  CHECK(error.message.size() < 400);
  std::string text;
  write_json(text, std::string_view(error.member));
  CHECK(parse_json(text, kLimits).has_value());
}

TEST_CASE("Decode: more members than a message may have are refused [law 6]") {
  std::string data = "{";
  for (std::size_t i = 0; i <= kMaxMembers; ++i) data += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":1";
  const Error error = refused(mutate_with(R"([{"op":"create","entityType":"A","data":)" + data + "}}]"));
  CHECK(error.code == ErrorCode::too_large);
}

TEST_CASE("Decode: an overlap is found among thousands of paths") {
  std::string set;
  for (int i = 0; i < 8000; ++i) set += "\"f" + std::to_string(i) + "\":1,";
  const std::string operation =
      R"([{"op":"update","entityType":"A","entityId":"x","baseVersion":1,"set":{)" + set;
  CHECK(decode(mutate_with(operation + "\"g\":1}}]"), kWire, kAmple).has_value());
  const Error error = refused(mutate_with(operation + "\"f17.a\":1}}]"));
  CHECK(error.code == ErrorCode::bad_request);
  CHECK(error.member == "ops[0].f17.a");
}

TEST_CASE("Decode: the content's hash knows what was said, not how it was written [law 4]") {
  const std::string operation =
      R"([{"op":"update","entityType":"A","entityId":"x","baseVersion":1,"set":{"a":1,"b":[1.0,2]}}])";
  const std::string other_order =
      R"([ {"set":{"b":[1,2.0],"a":1},"baseVersion":1,"entityId":"x","entityType":"A","op":"update"} ])";
  const ContentHash hash = content(mutate_with(operation));
  CHECK(content(mutate_with(other_order)) == hash);
  CHECK(content(R"({"ops":)" + operation + R"(,"mutationId":"another","id":77,"type":"mutate"})") == hash);
  CHECK(content(mutate_with(operation, R"(,"strategy":"merge")")) != hash);
  CHECK(content(mutate_with(operation, R"(,"epoch":"e")")) != hash);
  CHECK(content(mutate_with(operation, R"(,"epoch":"merge")")) !=
        content(mutate_with(operation, R"(,"strategy":"merge")")));
  CHECK(content(mutate_with(
            R"([{"op":"update","entityType":"A","entityId":"x","baseVersion":1,"set":{"a":1}}])")) != hash);
}

TEST_CASE("Decode: one operation alone names members from its own root") {
  const auto read = [](const char* text) { return decode_operation(object_of(text), kWire); };
  const Result<Operation> good = read(
      R"({"op":"update","entityType":"A","entityId":"x","baseVersion":3,"set":{"a.b":{"c":1}},"strategy":"merge"})");
  REQUIRE(good.has_value());
  CHECK(good->base_version == Version(3));
  CHECK(good->strategy == Strategy::merge);
  REQUIRE(good->set.size() == 1);
  CHECK(good->set[0].path.text() == "a.b");
  CHECK(good->set[0].value == value_of(R"({"c":1})"));
  CHECK(read(R"({"op":"update","entityType":"A","entityId":"x","baseVersion":3,"set":{"a..b":1}})")
            .error()
            .member == "set.a..b");
  CHECK(read("{}").error().member == "op");
}

TEST_CASE("Decode: a mutation put together elsewhere is held to the same rules") {
  const auto operation = [](const char* id) {
    Operation made;
    made.kind = OperationKind::remove;
    made.entity_type = EntityType("A");
    made.entity_id = EntityId(id);
    made.base_version = Version(1);
    return made;
  };
  CHECK(make_mutation(MutationId("m"), {operation("x"), operation("y")}, {1, 2}).value().content ==
        ContentHash{1, 2});
  CHECK(make_mutation(MutationId("m"), {}, {}).error().member == "ops");
  CHECK(make_mutation(MutationId("m"), {operation("x"), operation("y"), operation("x")}, {}).error().member ==
        "ops[2].entityId");
}

TEST_CASE("Decode: asking an error for its value is a defect, and throws") {
  DecodeResult result = decode("", kWire, kAmple);
  CHECK_THROWS_AS(result.value(), std::logic_error);
}
