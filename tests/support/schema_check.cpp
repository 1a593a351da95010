#include "tests/support/schema_check.hpp"

#include <algorithm>
#include <vector>

#include "protocol/json.hpp"
#include "protocol/scalar_order.hpp"

namespace coterie::testing {
namespace {

namespace json = boost::json;

constexpr std::string_view kComponents = "#/components/schemas/";

std::string text(const json::value& value) { return std::string(text_of(value)); }

// References lead to `definitions`; held strictly, no object takes a member that it does not name.
json::value rewritten(const json::value& schema, Held held) {
  if (schema.is_array()) {
    json::array made;
    for (const json::value& each : schema.get_array()) made.push_back(rewritten(each, held));
    return made;
  }
  if (!schema.is_object()) return schema;
  json::object made;
  for (const auto& [name, value] : schema.get_object()) {
    if (name == "$ref") {
      made[name] = "#/definitions/" + text(value).substr(kComponents.size());
    } else {
      made[name] = name == "enum" || name == "examples" || name == "default" ? value : rewritten(value, held);
    }
  }
  if (held == Held::strictly && made.contains("properties") && made.at("properties").is_object() &&
      made.contains("type") && !made.contains("additionalProperties")) {
    made["additionalProperties"] = false;
  }
  return made;
}

std::vector<std::string> steps_of(std::string_view path) {
  std::vector<std::string> steps(1);
  for (const char c : path) {
    if (c == '/') {
      steps.emplace_back();
    } else {
      steps.back() += c;
    }
  }
  return steps;
}

std::string media_type(const std::string& content_type) {
  return content_type.substr(0, content_type.find(';'));
}

}  // namespace

SchemaCheck::SchemaCheck(const json::object& document, Held held) {
  for (const auto& [name, schema] : document.at("components").at("schemas").as_object()) {
    definitions_[name] = rewritten(schema, held);
  }
}

std::string SchemaCheck::fault(std::string_view schema, const json::value& value) const {
  if (!knows(schema)) return "no schema is called " + std::string(schema);
  auto found = compiled_.find(schema);
  if (found == compiled_.end()) {
    const auto made = JsonSchema::compile(json::object{
        {"definitions", definitions_}, {"allOf", {{{"$ref", "#/definitions/" + std::string(schema)}}}}});
    if (!made) return std::string(schema) + ": " + made.error().message + " at " + made.error().member;
    found = compiled_.emplace(schema, *made).first;
  }
  if (found->second->accepts(value)) return {};
  std::string told = std::string(schema) + " does not fit " + to_json_text(value) + ":";
  for (const SchemaFault& one : found->second->faults(value)) told += "\n  " + one.field + ": " + one.message;
  return told;
}

ApiCheck::ApiCheck(json::object document)
    : document_(std::move(document)), said_(document_, Held::strictly), taken_(document_, Held::as_written) {}

const json::object* ApiCheck::find_path(std::string_view path) const {
  const std::vector<std::string> steps = steps_of(path);
  for (const auto& [pattern, item] : document_.at("paths").as_object()) {
    const std::vector<std::string> wanted = steps_of(pattern);
    const bool fits = std::equal(steps.begin(), steps.end(), wanted.begin(), wanted.end(),
                                 [](const std::string& step, const std::string& in_pattern) {
                                   return in_pattern.starts_with('{') ? !step.empty() : step == in_pattern;
                                 });
    if (fits) return &item.as_object();
  }
  return nullptr;
}

std::string ApiCheck::content_fault(const SchemaCheck& schemas, const json::object& holder,
                                    const std::string& content_type, const std::string& body) {
  const json::value* content = holder.if_contains("content");
  if (content == nullptr) return body.empty() ? "" : "a body that the document does not know: " + body;
  const std::string type = media_type(content_type);
  const json::value* media = content->as_object().if_contains(type);
  if (media == nullptr) return "a body of the type '" + type + "': " + body;
  const json::value* schema = media->at("schema").as_object().if_contains("$ref");
  if (schema == nullptr) return {};  // a text
  const Result<json::value> value = parse_json(body, {4 << 20, 64, 200'000});
  if (!value) return "a body that is no JSON: " + body;
  return schemas.fault(text(*schema).substr(kComponents.size()), *value);
}

std::string ApiCheck::answer_fault(const json::object& operation, const Exchange& exchange) const {
  const json::object& responses = operation.at("responses").as_object();
  const json::value* response = responses.if_contains(std::to_string(exchange.status));
  if (response == nullptr && exchange.status >= 400) response = responses.if_contains("default");
  if (response == nullptr) return "the status " + std::to_string(exchange.status) + " is not in the document";
  const json::value* headers = response->as_object().if_contains("headers");
  if (exchange.etag && (headers == nullptr || !headers->as_object().contains("ETag"))) {
    return "an ETag that is not in the document";
  }
  return content_fault(said_, response->as_object(), exchange.content_type, exchange.body);
}

// Of what the server took.
std::string ApiCheck::request_fault(const json::object& operation, const Exchange& exchange) const {
  const json::value* body = operation.if_contains("requestBody");
  if (exchange.request_body.empty()) {
    const bool needed = body != nullptr && body->at("required").as_bool();
    return needed ? "a body that is required was not needed" : "";
  }
  if (body == nullptr) return {};  // passed over
  return content_fault(taken_, body->as_object(), exchange.request_type, exchange.request_body);
}

std::string ApiCheck::fault(const Exchange& exchange) const {
  std::string method = exchange.method == "HEAD" ? "GET" : exchange.method;
  std::transform(method.begin(), method.end(), method.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  const json::object* path = find_path(exchange.path);
  if (path == nullptr) return exchange.status == 404 ? "" : "the path is not in the document";
  const json::value* operation = path->if_contains(method);
  if (operation == nullptr) return exchange.status == 405 ? "" : "the method is not in the document";
  if (std::string wrong = answer_fault(operation->as_object(), exchange); !wrong.empty()) {
    return "the answer: " + wrong;
  }
  if (exchange.status >= 300) return {};
  std::string wrong = request_fault(operation->as_object(), exchange);
  return wrong.empty() ? "" : "the request: " + wrong;
}

}  // namespace coterie::testing
