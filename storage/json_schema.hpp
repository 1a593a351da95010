// A type's JSON Schema (draft 7), compiled once and asked for each new state of a record. Whatever it cannot
// do safely or at all it refuses when it is compiled, by name: a keyword that would be ignored in silence is
// a rule that nobody keeps. Patterns run in time linear to the text (RE2), never on std::regex. Thread:
// compile on any; then one at a time. Law 6.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <vector>

#include "protocol/error.hpp"

namespace coterie {

struct SchemaFault {
  std::string field;    // dotted path; a list is named as a whole; empty: the record itself
  std::string message;  // a sentence that names the rule
  friend bool operator==(const SchemaFault&, const SchemaFault&) = default;
};

class JsonSchema {
 public:
  // Error bad_request: not a schema, or it asks for what is not supported (another document by $ref, keywords
  // of other drafts, patterns that need to go back); `member` is the place in it, dotted.
  static Result<std::shared_ptr<const JsonSchema>> compile(const boost::json::value& schema);
  ~JsonSchema();
  JsonSchema(const JsonSchema&) = delete;
  JsonSchema& operator=(const JsonSchema&) = delete;

  bool accepts(const boost::json::value& document) const;
  // What is wrong with it, the innermost causes first; at least one where accepts() is false. Bounded.
  std::vector<SchemaFault> faults(const boost::json::value& document) const;

 private:
  struct Compiled;
  explicit JsonSchema(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace coterie
