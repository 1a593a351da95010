// Holds what a server takes and says to a document that describes it, as a client would that has nothing but
// the document. Thread: any, one at a time.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "storage/json_schema.hpp"

namespace coterie::testing {

// What a server says is held strictly: a member that the document does not name is a fault, though a client
// would pass it over.
enum class Held { as_written, strictly };

// The schemas of `components.schemas` of a document.
class SchemaCheck {
 public:
  SchemaCheck(const boost::json::object& document, Held held);

  // What is wrong with the value; empty: nothing.
  std::string fault(std::string_view schema, const boost::json::value& value) const;
  bool knows(std::string_view schema) const { return definitions_.contains(schema); }
  const boost::json::object& definitions() const { return definitions_; }

 private:
  boost::json::object definitions_;  // refer to each other as #/definitions/NAME
  mutable std::map<std::string, std::shared_ptr<const JsonSchema>, std::less<>> compiled_;
};

struct Exchange {
  std::string method;
  std::string path;          // without the query
  std::string request_type;  // content types, as they were sent
  std::string request_body;
  int status = 0;
  std::string content_type;
  std::string body;
  bool etag = false;
};

// The operations of an OpenAPI document.
class ApiCheck {
 public:
  explicit ApiCheck(boost::json::object document);

  // What of the exchange is not as the document says; empty: nothing.
  std::string fault(const Exchange& exchange) const;

 private:
  const boost::json::object* find_path(std::string_view path) const;
  std::string answer_fault(const boost::json::object& operation, const Exchange& exchange) const;
  std::string request_fault(const boost::json::object& operation, const Exchange& exchange) const;
  static std::string content_fault(const SchemaCheck& schemas, const boost::json::object& holder,
                                   const std::string& content_type, const std::string& body);

  boost::json::object document_;
  SchemaCheck said_;
  SchemaCheck taken_;
};

}  // namespace coterie::testing
