// The schemas of protocol/schemas.json and of schemas.json, written out as JSON Schema: what both documents,
// /openapi.json and /asyncapi.json, are made of. Within what OpenAPI 3.1 and AsyncAPI 3.0 have in common.
// Thread: any; immutable.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace coterie {

struct MessageSchema {
  std::string type;             // "lock"
  std::string name;             // "LockRequest"
  std::string summary;          // may be empty
  boost::json::object payload;  // with `type`, and `id` where it has one
};

struct SchemaBook {
  boost::json::object shared;  // by name
  boost::json::object http;    // likewise
  std::vector<MessageSchema> requests;
  std::vector<MessageSchema> answers;
  std::vector<MessageSchema> pushes;
};

// Made when it is first asked for. Throws where a file cannot be read or names a schema that is not there.
const SchemaBook& schema_book();

// {"$ref": "#/components/schemas/NAME"}
boost::json::object schema_reference(std::string_view name);

// Of all schemas those that the rest of a document refers to, and those that they refer to.
boost::json::object referred_schemas(const boost::json::object& all, const boost::json::value& rest);

}  // namespace coterie
