// The schemas of the messages, held to the golden vectors and to the decoder: what the document says of a
// request the decoder takes, and what the decoder takes the document says.
#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "protocol/decode.hpp"
#include "protocol/json.hpp"
#include "protocol/request_types.hpp"
#include "protocol/scalar_order.hpp"
#include "server/net/documents/asyncapi.hpp"
#include "server/net/documents/schema_book.hpp"
#include "tests/support/schema_check.hpp"

using namespace coterie;
using namespace coterie::testing;
namespace json = boost::json;

namespace {

const SchemaCheck& schemas(Held held = Held::as_written) {
  static const SchemaCheck as_written(asyncapi_document(), Held::as_written);
  static const SchemaCheck strictly(asyncapi_document(), Held::strictly);
  return held == Held::strictly ? strictly : as_written;
}

std::string text(const json::value& value) { return std::string(text_of(value)); }

json::object parsed(const std::string& line) {
  Result<json::value> value = parse_json(line, {line.size(), 64, 100'000});
  REQUIRE(value.has_value());
  return value->as_object();
}

struct Golden {
  std::string name;
  json::object message;
};

// Of protocol/vectors/FILE.json, those that are understood.
std::vector<Golden> golden(const char* file) {
  std::ifstream in(std::string(COTERIE_VECTORS "/") + file + ".json");
  std::ostringstream whole;
  whole << in.rdbuf();
  const json::object read = parsed(whole.str());
  std::vector<Golden> found;
  for (const json::value& one : read.at("cases").as_array()) {
    if (one.as_object().contains("error")) continue;
    found.push_back({text(one.at("name")), parsed(text(one.at("text")))});
  }
  REQUIRE(!found.empty());
  return found;
}

// A hello and a position may hold what the server does not know; the vectors that show it are no example of
// their members.
bool shows_leniency(const Golden& one) {
  return one.name == "hello ignores what it does not know" ||
         one.name == "acknowledge: a position may have grown";
}

const MessageSchema* find(const std::vector<MessageSchema>& messages, const std::string& type) {
  for (const MessageSchema& message : messages) {
    if (message.type == type) return &message;
  }
  return nullptr;
}

DecodeResult decoded(const json::object& message) {
  const WireLimits limits;
  return decode(to_json_text(message), limits, limits.message_bytes);
}

// One object of a request, with the schema that it has, and the request that holds another in its place.
struct Place {
  std::string schema;
  json::object object;
  std::function<json::object(const json::object&)> request_with;
};

// The request itself, and its operations.
std::vector<Place> places_of(const json::object& request) {
  std::vector<Place> places;
  const MessageSchema* message = find(schema_book().requests, text(request.at("type")));
  REQUIRE(message != nullptr);
  places.push_back({message->name, request, [](const json::object& changed) { return changed; }});
  const json::value* ops = request.if_contains("ops");
  if (ops == nullptr) return places;
  for (std::size_t i = 0; i < ops->as_array().size(); ++i) {
    const json::object& operation = ops->as_array()[i].as_object();
    std::string name = text(operation.at("op")) + "Operation";
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
    places.push_back({name, operation, [request, i](const json::object& changed) {
                        json::object made = request;
                        made["ops"].as_array()[i] = changed;
                        return made;
                      }});
  }
  return places;
}

const json::object& members_of(const std::string& schema) {
  return schemas().definitions().at(schema).at("properties").as_object();
}

std::set<std::string> described_places() {
  std::set<std::string> names{"CreateOperation", "UpdateOperation", "DeleteOperation", "RestoreOperation"};
  for (const MessageSchema& message : schema_book().requests) names.insert(message.name);
  return names;
}

}  // namespace

TEST_CASE("Schemas: every golden request fits the schema of its type") {
  for (const Golden& one : golden("client")) {
    CAPTURE(one.name);
    const SchemaCheck& held = schemas(shows_leniency(one) ? Held::as_written : Held::strictly);
    for (const Place& place : places_of(one.message)) {
      const std::string fault = held.fault(place.schema, place.object);
      CHECK_MESSAGE(fault.empty(), fault);
    }
  }
}

TEST_CASE("Schemas: every member of a request and of an operation stands in a golden vector") {
  std::map<std::string, std::set<std::string>> seen;
  for (const Golden& one : golden("client")) {
    if (shows_leniency(one)) continue;
    for (const Place& place : places_of(one.message)) {
      for (const auto& member : place.object) seen[place.schema].insert(std::string(member.key()));
    }
  }
  for (const std::string& schema : described_places()) {
    for (const auto& member : members_of(schema)) {
      CHECK_MESSAGE(seen[schema].contains(std::string(member.key())), schema, ".", std::string(member.key()));
    }
  }
}

TEST_CASE("Schemas: what a schema refuses in a member, the decoder refuses as well") {
  const json::value odd[] = {true, -1, "", json::object{{"$x", 1}}, json::array{json::array{}}, nullptr};
  std::map<std::string, int> refused;
  for (const Golden& one : golden("client")) {
    if (shows_leniency(one)) continue;
    CAPTURE(one.name);
    for (const Place& place : places_of(one.message)) {
      for (const auto& member : place.object) {
        for (const json::value& value : odd) {
          json::object changed = place.object;
          changed[member.key()] = value;
          if (schemas().fault(place.schema, changed).empty()) continue;
          const bool taken = decoded(place.request_with(changed)).has_value();
          CHECK_MESSAGE(!taken, place.schema, ".", std::string(member.key()), " = ", to_json_text(value));
          if (!taken) ++refused[place.schema + '.' + std::string(member.key())];
        }
      }
    }
  }
  for (const std::string& schema : described_places()) {
    for (const auto& member : members_of(schema)) {
      if (member.value().is_bool()) continue;  // any JSON
      const std::string name = schema + '.' + std::string(member.key());
      CHECK_MESSAGE(refused[name] > 0, name);
    }
  }
}

TEST_CASE("Schemas: the decoder knows no member that the schema does not") {
  std::set<std::string> all;
  for (const std::string& schema : described_places()) {
    for (const auto& member : members_of(schema)) all.insert(std::string(member.key()));
  }
  std::set<std::string> tried;
  for (const Golden& one : golden("client")) {
    if (one.message.at("type") == "hello") continue;  // passes over what it does not know
    for (const Place& place : places_of(one.message)) {
      if (!tried.insert(place.schema).second) continue;
      for (const std::string& name : all) {
        if (members_of(place.schema).contains(name)) continue;
        json::object changed = place.object;
        changed[name] = 1;
        const DecodeResult result = decoded(place.request_with(changed));
        REQUIRE_MESSAGE(!result.has_value(), place.schema, ".", name);
        CHECK_MESSAGE(result.error().error.message.find("is not a member of") != std::string::npos,
                      place.schema, ".", name, ": ", result.error().error.message);
      }
    }
  }
  CHECK(tried.size() + 1 == described_places().size());
}

TEST_CASE("Schemas: every golden message of the server fits the schema of its type, and each type has one") {
  std::set<std::string> seen;
  for (const Golden& one : golden("server")) {
    CAPTURE(one.name);
    const bool answers = one.message.contains("id");
    const SchemaBook& book = schema_book();
    const MessageSchema* message = find(answers ? book.answers : book.pushes, text(one.message.at("type")));
    REQUIRE(message != nullptr);
    seen.insert(message->name);
    const std::string fault = schemas(Held::strictly).fault(message->name, one.message);
    CHECK_MESSAGE(fault.empty(), fault);
  }
  for (const auto* group : {&schema_book().answers, &schema_book().pushes}) {
    for (const MessageSchema& message : *group) CHECK_MESSAGE(seen.contains(message.name), message.name);
  }
}

TEST_CASE("Schemas: every answer that a schema describes answers some request") {
  std::set<std::string_view> given{"error"};
  for (const RequestType& type : request_types()) given.insert(type.answers.begin(), type.answers.end());
  CHECK(given.size() == schema_book().answers.size());
}
