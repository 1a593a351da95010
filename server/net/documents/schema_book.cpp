#include "server/net/documents/schema_book.hpp"

#include <stdexcept>
#include <utility>

#include "protocol/json.hpp"
#include "protocol/scalar_order.hpp"
#include "server/net/documents/texts.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

[[noreturn]] void fail(const std::string& what) { throw std::logic_error("schemas.json: " + what); }

json::object read(std::string_view text) {
  Result<json::value> value = parse_json(text, {text.size(), 32, 100'000});
  if (!value) fail(value.error().message);
  return std::move(value->as_object());
}

std::string_view key_of(const json::key_value_pair& member) {
  return {member.key().data(), member.key().size()};
}

// Writes the short form out. Every name that it meets has to be one of `known`.
class Writer {
 public:
  explicit Writer(const json::object& known) : known_(known) {}

  json::value schema(const json::value& given) const {
    if (given.is_string()) {
      if (!known_.contains(given.get_string())) fail("no schema is called " + std::string(text_of(given)));
      return schema_reference(text_of(given));
    }
    if (given.is_array()) return json::object{{"type", "array"}, {"items", schema(given.get_array().at(0))}};
    if (!given.is_object()) return given;
    return object(given.get_object());
  }

  json::object object(const json::object& given) const {
    json::object made;
    if (given.contains("members") || given.contains("with")) {
      json::object properties;
      json::array required;
      take_members(given, properties, required);
      made["type"] = "object";
      made["properties"] = std::move(properties);
      if (!required.empty()) made["required"] = std::move(required);
      if (given.contains("closed")) made["additionalProperties"] = false;
    }
    for (const auto& member : given) {
      const std::string_view name = key_of(member);
      if (name == "members" || name == "with" || name == "closed" || name == "open" || name == "summary") {
        continue;
      }
      if (name == "map") {
        made["type"] = "object";
        made["additionalProperties"] = schema(member.value());
      } else if (name == "items") {
        made["items"] = schema(member.value());
      } else if (name == "anyOf" || name == "oneOf") {
        json::array each;
        for (const json::value& one : member.value().as_array()) each.push_back(schema(one));
        made[name] = std::move(each);
      } else {
        made[name] = member.value();
      }
    }
    return made;
  }

  // The members of the schemas that it takes in, then its own.
  void take_members(const json::object& given, json::object& properties, json::array& required) const {
    if (const json::value* with = given.if_contains("with")) {
      if (with->is_string()) take_from(*with, properties, required);
      if (with->is_array()) {
        for (const json::value& each : with->get_array()) take_from(each, properties, required);
      }
    }
    const json::value* members = given.if_contains("members");
    if (members == nullptr) return;
    for (const auto& member : members->as_object()) {
      std::string_view name = key_of(member);
      const bool needed = !name.ends_with('?');
      if (!needed) name.remove_suffix(1);
      properties[name] = schema(member.value());
      if (needed) required.push_back(json::value(name));
    }
  }

 private:
  void take_from(const json::value& name, json::object& properties, json::array& required) const {
    const json::value* found = known_.if_contains(name.as_string());
    if (found == nullptr) fail("no schema is called " + std::string(text_of(name)));
    take_members(found->as_object(), properties, required);
  }

  const json::object& known_;
};

json::object written(const Writer& writer, const json::object& shorts) {
  json::object made;
  for (const auto& member : shorts) made[member.key()] = writer.schema(member.value());
  return made;
}

enum class Envelope { request, answer, push };

MessageSchema message(const Writer& writer, std::string_view type, const json::object& given,
                      Envelope envelope) {
  MessageSchema made;
  made.type = type;
  made.name = type;
  made.name[0] = static_cast<char>(made.name[0] - 'a' + 'A');
  made.name += envelope == Envelope::request ? "Request" : envelope == Envelope::answer ? "Answer" : "Push";
  if (const json::value* summary = given.if_contains("summary")) made.summary = text_of(*summary);

  // Of what a client sends, a pong alone asks nothing.
  const bool asks = envelope == Envelope::request && type != "pong";
  json::object properties;
  json::array required;
  if (asks || envelope == Envelope::answer) {
    properties["id"] = schema_reference("Integer");
    required.push_back("id");
  }
  properties["type"] = {{"const", type}};
  required.push_back("type");
  writer.take_members(given, properties, required);
  made.payload = {
      {"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
  // What a request does not know is refused; what a message of the server holds beyond this is to be ignored.
  if (envelope == Envelope::request && !given.contains("open")) {
    made.payload["additionalProperties"] = false;
  }
  return made;
}

std::vector<MessageSchema> messages(const Writer& writer, const json::value& given, Envelope envelope) {
  std::vector<MessageSchema> made;
  for (const auto& member : given.as_object()) {
    made.push_back(message(writer, key_of(member), member.value().as_object(), envelope));
  }
  return made;
}

SchemaBook make_book() {
  const json::object protocol = read(kMessageSchemas);
  const json::object http = read(kHttpSchemas);
  json::object known = protocol.at("shared").as_object();
  for (const auto& member : http.at("shared").as_object()) {
    if (!known.emplace(member.key(), member.value()).second) {
      fail(std::string(key_of(member)) + " is there twice");
    }
  }
  const Writer writer(known);
  return {written(writer, protocol.at("shared").as_object()), written(writer, http.at("shared").as_object()),
          messages(writer, protocol.at("requests"), Envelope::request),
          messages(writer, protocol.at("answers"), Envelope::answer),
          messages(writer, protocol.at("pushes"), Envelope::push)};
}

constexpr std::string_view kComponents = "#/components/schemas/";

void take_referred(const json::object& all, const json::value& from, json::object& taken) {
  if (from.is_array()) {
    for (const json::value& each : from.get_array()) take_referred(all, each, taken);
  }
  if (!from.is_object()) return;
  for (const auto& member : from.get_object()) {
    if (key_of(member) != "$ref") {
      take_referred(all, member.value(), taken);
      continue;
    }
    std::string_view name = text_of(member.value());
    if (!name.starts_with(kComponents)) continue;
    name.remove_prefix(kComponents.size());
    const json::value* found = all.if_contains(name);
    if (found == nullptr) fail("no schema is called " + std::string(name));
    if (taken.emplace(name, *found).second) take_referred(all, *found, taken);
  }
}

}  // namespace

const SchemaBook& schema_book() {
  static const SchemaBook book = make_book();
  return book;
}

json::object schema_reference(std::string_view name) {
  return {{"$ref", std::string(kComponents) + std::string(name)}};
}

json::object referred_schemas(const json::object& all, const json::value& rest) {
  json::object taken;
  take_referred(all, rest, taken);
  return taken;
}

}  // namespace coterie
