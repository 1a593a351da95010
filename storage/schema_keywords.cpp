#include "storage/schema_keywords.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "protocol/scalar_order.hpp"

namespace coterie {
namespace {

namespace json = boost::json;
using Names = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view name, Names names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Error refused(const std::string& at, std::string message) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = std::move(message);
  error.member = at;
  return error;
}

std::string inside(const std::string& at, std::string_view name) {
  return at.empty() ? std::string(name) : at + '.' + std::string(name);
}

// How deep schemas may nest: the validator goes down as deep.
constexpr int kMostDepth = 32;

class Check {
 public:
  Result<json::value> schema(const json::value& given, const std::string& at, int depth) {
    if (depth > kMostDepth) return refused(at, "This schema nests deeper than 32 levels.");
    if (given.is_bool()) return given;
    if (!given.is_object()) return refused(at, "A schema is an object, true or false.");
    json::object made;
    for (const auto& member : given.get_object()) {
      const std::string place = inside(at, member.key());
      Result<json::value> value = keyword(member.key(), member.value(), place, depth);
      if (!value) return value.error();
      made.emplace(name_of(member.key()), std::move(*value));
    }
    return json::value(std::move(made));
  }

 private:
  static std::string_view name_of(std::string_view keyword) {
    if (keyword == "pattern") return kOwnPattern;
    if (keyword == "format") return kOwnFormat;
    if (keyword == "multipleOf") return kOwnMultipleOf;
    if (keyword == "uniqueItems") return kOwnUniqueItems;
    return keyword;
  }

  Result<json::value> keyword(std::string_view name, const json::value& value, const std::string& at,
                              int depth) {
    if (is_one_of(name, {"additionalItems", "additionalProperties", "contains", "not", "propertyNames", "if",
                         "then", "else"})) {
      return schema(value, at, depth + 1);
    }
    if (is_one_of(name, {"allOf", "anyOf", "oneOf"})) return list(value, at, depth);
    if (name == "items") return value.is_array() ? list(value, at, depth) : schema(value, at, depth + 1);
    if (is_one_of(name, {"properties", "definitions", "$defs"})) return members(value, at, depth);
    if (name == "dependencies") return dependencies(value, at, depth);
    if (name == "type") return type(value, at);
    if (name == "$ref") return reference(value, at);
    if (name == "$schema") return draft(value, at);
    if (is_one_of(name, {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}))
      return number(value, at);
    if (name == "multipleOf") {
      if (value.is_number() && compare_numbers(value, json::value(0)) > 0) return value;
      return refused(at, "multipleOf takes a number above 0.");
    }
    if (is_one_of(name,
                  {"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"})) {
      if (value.is_int64() && value.get_int64() >= 0) return value;
      return refused(at, "This takes a whole number, 0 or more.");
    }
    if (name == "required") return texts(value, at);
    if (name == "enum") {
      if (value.is_array() && !value.get_array().empty()) return value;
      return refused(at, "enum takes a list of at least one value.");
    }
    if (is_one_of(name, {"pattern", "format"})) {
      if (value.is_string()) return value;
      return refused(at, "This takes a text.");
    }
    if (name == "uniqueItems") {
      if (value.is_bool()) return value;
      return refused(at, "uniqueItems is true or false.");
    }
    // Told to people and to other programs, not to the validator.
    if (is_one_of(name, {"const", "title", "description", "default", "examples", "$comment", "readOnly",
                         "writeOnly", "deprecated"})) {
      return value;
    }
    return unsupported(name, at);
  }

  static Error unsupported(std::string_view name, const std::string& at) {
    if (name == "patternProperties") {
      return refused(at, "patternProperties is not supported; name the members in properties.");
    }
    if (is_one_of(name, {"$id", "id", "$anchor"})) {
      return refused(at, "A schema here has no address of its own; leave out " + std::string(name) + '.');
    }
    return refused(at, "'" + std::string(name) +
                           "' is not a keyword of JSON Schema draft 7 that this server knows; it would be "
                           "ignored, so it is refused.");
  }

  Result<json::value> list(const json::value& value, const std::string& at, int depth) {
    if (!value.is_array() || value.get_array().empty()) return refused(at, "This takes a list of schemas.");
    json::array made;
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      Result<json::value> each = schema(value.get_array()[i], at + '[' + std::to_string(i) + ']', depth + 1);
      if (!each) return each.error();
      made.push_back(std::move(*each));
    }
    return json::value(std::move(made));
  }

  Result<json::value> members(const json::value& value, const std::string& at, int depth) {
    if (!value.is_object()) return refused(at, "This takes an object from name to schema.");
    json::object made;
    for (const auto& member : value.get_object()) {
      Result<json::value> each = schema(member.value(), inside(at, member.key()), depth + 1);
      if (!each) return each.error();
      made.emplace(member.key(), std::move(*each));
    }
    return json::value(std::move(made));
  }

  Result<json::value> dependencies(const json::value& value, const std::string& at, int depth) {
    if (!value.is_object())
      return refused(at, "dependencies takes an object from name to names, or to a schema.");
    json::object made;
    for (const auto& member : value.get_object()) {
      const std::string place = inside(at, member.key());
      Result<json::value> each =
          member.value().is_array() ? texts(member.value(), place) : schema(member.value(), place, depth + 1);
      if (!each) return each.error();
      made.emplace(member.key(), std::move(*each));
    }
    return json::value(std::move(made));
  }

  static Result<json::value> type(const json::value& value, const std::string& at) {
    const auto is_type = [](const json::value& one) {
      return one.is_string() &&
             is_one_of(text_of(one), {"object", "array", "string", "number", "integer", "boolean", "null"});
    };
    const bool good = value.is_array()
                          ? !value.get_array().empty() &&
                                std::all_of(value.get_array().begin(), value.get_array().end(), is_type)
                          : is_type(value);
    if (good) return value;
    return refused(at, "type is object, array, string, number, integer, boolean or null, or a list of them.");
  }

  static Result<json::value> reference(const json::value& value, const std::string& at) {
    if (value.is_string() && text_of(value).starts_with("#/")) return value;
    return refused(
        at,
        "$ref leads to a place in this schema (\"#/definitions/name\"); other documents are not fetched.");
  }

  static Result<json::value> draft(const json::value& value, const std::string& at) {
    if (value.is_string() && text_of(value).find("draft-07") != std::string_view::npos) return value;
    return refused(at, "This server reads JSON Schema draft 7 (http://json-schema.org/draft-07/schema#).");
  }

  static Result<json::value> number(const json::value& value, const std::string& at) {
    if (value.is_number()) return value;
    return refused(at, "This takes a number.");
  }

  static Result<json::value> texts(const json::value& value, const std::string& at) {
    const bool good = value.is_array() && std::all_of(value.get_array().begin(), value.get_array().end(),
                                                      [](const json::value& one) { return one.is_string(); });
    if (good) return value;
    return refused(at, "This takes a list of names.");
  }
};

}  // namespace

Result<json::value> checked_schema(const json::value& schema) { return Check().schema(schema, {}, 0); }

}  // namespace coterie
