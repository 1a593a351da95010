#include "server/net/documents/openapi.hpp"

#include <string>
#include <utility>

#include "server/net/documents/schema_book.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

struct KnownHeader {
  std::string_view name;
  std::string_view says;
};
constexpr KnownHeader kHeaders[] = {
    {"If-Match", "The version that the change rests on, as the ETag shows it: \"17\"."},
    {"If-None-Match", "On reading the ETag that one has: 304 where it still holds. On PUT *: create."},
    {"Idempotency-Key", "The mutation's id, 1 to 64 characters: sent again, it gets its first answer."},
    {"Coterie-Session", "The `resume` secret of a session of one's own, on whose behalf this is asked."},
    {"Last-Event-ID", "The id of the last event that came: the stream goes on from there."},
};

json::object text_schema() { return {{"type", "string"}}; }

// The step of a path that stands for something.
json::object path_parameter(std::string_view path, std::string_view name) {
  std::string_view schema = "Text";
  if (name == "type") schema = "EntityType";
  if (name == "name") schema = "ReaderName";
  if (name == "id" && path.find("{type}") != std::string_view::npos) schema = "EntityId";
  return {{"name", name}, {"in", "path"}, {"required", true}, {"schema", schema_reference(schema)}};
}

json::object query_parameter(const Parameter& parameter) {
  json::object made{{"name", parameter.name}, {"in", "query"}, {"description", parameter.says}};
  switch (parameter.kind) {
    case ParameterKind::text:
      made["schema"] = text_schema();
      break;
    case ParameterKind::number:
      made["schema"] = {{"type", "integer"}, {"minimum", 0}};
      break;
    case ParameterKind::flag:
      made["schema"] = {{"type", "boolean"}};
      break;
    case ParameterKind::json:
      made["content"] = {{kJson, {{"schema", schema_reference("Filter")}}}};
      break;
  }
  return made;
}

json::object header_parameter(std::string_view name) {
  json::object made{{"name", name}, {"in", "header"}, {"schema", text_schema()}};
  for (const KnownHeader& known : kHeaders) {
    if (known.name == name) made["description"] = known.says;
  }
  return made;
}

json::array parameters_of(const Route& route) {
  json::array made;
  std::string_view rest = route.pattern;
  for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    rest.remove_prefix(open + 1);
    made.push_back(path_parameter(route.pattern, rest.substr(0, rest.find('}'))));
  }
  for (const Parameter& parameter : route.about.query) made.push_back(query_parameter(parameter));
  for (const std::string_view header : route.about.headers) made.push_back(header_parameter(header));
  return made;
}

json::object content_of(std::string_view schema) {
  return {{"schema", schema.empty() ? text_schema() : schema_reference(schema)}};
}

void add_answer(json::object& responses, const RouteAnswer& answer) {
  const std::string status = answer.status == 0 ? "default" : std::to_string(answer.status);
  if (!responses.contains(status)) {
    const std::string_view says = answer.status == 0 ? "Refused" : reason_phrase(answer.status);
    responses[status] = {{"description", says}};
  }
  json::object& response = responses[status].as_object();
  if (answer.etag) {
    response["headers"] = {
        {"ETag", {{"description", "The version, as If-Match takes it."}, {"schema", text_schema()}}}};
  }
  if (answer.schema.empty() && answer.content == kJson) return;  // no body
  json::object& content = response.emplace("content", json::object()).first->value().as_object();
  content[answer.content] = content_of(answer.schema);
}

// What the document groups by: the part of the server that the path leads to.
std::string_view tag_of(std::string_view path) {
  constexpr std::string_view kApi = "/api/v1/";
  if (path == "/events") return "events";
  if (!path.starts_with(kApi)) return "server";
  path.remove_prefix(kApi.size());
  return path.substr(0, path.find('/'));
}

json::object operation_of(const Route& route) {
  const RouteAbout& about = route.about;
  json::object made{
      {"operationId", about.operation}, {"summary", about.summary}, {"tags", {tag_of(route.pattern)}}};
  json::array parameters = parameters_of(route);
  if (!parameters.empty()) made["parameters"] = std::move(parameters);
  if (!about.body.empty()) {
    json::object content;
    for (const RouteBody& body : about.body) content[body.content] = content_of(body.schema);
    made["requestBody"] = {{"required", about.body.front().needed}, {"content", std::move(content)}};
  }
  json::object responses;
  for (const RouteAnswer& answer : about.answers) add_answer(responses, answer);
  for (const RouteAnswer& answer : about.other) add_answer(responses, answer);
  made["responses"] = std::move(responses);
  switch (route.access) {
    case Access::everyone:
      made["security"] = json::array();
      break;
    case Access::users:
      made["security"] = {{{"bearer", json::array()}}};
      break;
    case Access::admins:  // 3.1: the roles that are needed
      made["security"] = {{{"bearer", {"admin"}}}};
      break;
  }
  return made;
}

std::string lower(std::string_view method) {
  std::string made;
  for (const char c : method) made += static_cast<char>(c - 'A' + 'a');
  return made;
}

// Of all messages, those that /api/v1/requests takes and gives.
void add_messages(json::object& schemas) {
  const SchemaBook& book = schema_book();
  json::array requests;
  json::array answers;
  for (const MessageSchema& message : book.requests) {
    if (message.type == "hello" || message.type == "pong") continue;
    schemas[message.name] = message.payload;
    requests.push_back(schema_reference(message.name));
  }
  for (const MessageSchema& message : book.answers) {
    if (message.type == "welcome") continue;
    schemas[message.name] = message.payload;
    answers.push_back(schema_reference(message.name));
  }
  for (const MessageSchema& message : book.pushes) {
    if (message.type != "error") continue;  // of what could not be read
    schemas[message.name] = message.payload;
    answers.push_back(schema_reference(message.name));
  }
  schemas["AnyRequest"] = {{"anyOf", std::move(requests)}};
  schemas["AnyAnswer"] = {{"anyOf", std::move(answers)}};
}

}  // namespace

json::object openapi_document(const std::vector<Route>& routes) {
  json::object paths;
  for (const Route& route : routes) {
    json::object& path = paths.emplace(route.pattern, json::object()).first->value().as_object();
    path[lower(route.method)] = operation_of(route);
  }
  const SchemaBook& book = schema_book();
  json::object schemas = book.shared;
  for (const auto& member : book.http) schemas[member.key()] = member.value();
  add_messages(schemas);
  json::object referred = referred_schemas(schemas, paths);
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "Coterie"},
            {"version", COTERIE_VERSION},
            {"summary", "Records that several people edit at once"},
            {"description",
             "A parameter or a member of a body that is not named here is refused. Members of answers may be "
             "added: ignore what you do not know. The live connection is described at /asyncapi.json."},
            {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
          {"servers", {{{"url", "/"}}}},
          {"paths", std::move(paths)},
          {"components",
           {{"securitySchemes",
             {{"bearer",
               {{"type", "http"},
                {"scheme", "bearer"},
                {"description", "An access token of /api/v1/auth/login, or of an outside issuer."}}}}},
            {"schemas", std::move(referred)}}}};
}

}  // namespace coterie
