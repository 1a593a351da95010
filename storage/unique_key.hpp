// What a unique rule compares: the values of its fields in one record as one text. Equal values have equal
// texts, whatever the order of their members; a record in which one of the fields is absent or null has none,
// and is not bound by the rule. Thread: any; pure.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "storage/store.hpp"
#include "storage/type_rules.hpp"

namespace coterie {

std::optional<std::string> unique_text(const FieldGroup& fields, const boost::json::object& data);

// Of each rule of a type, in their order.
using UniqueTexts = std::vector<std::optional<std::string>>;
UniqueTexts unique_texts(const std::vector<FieldGroup>& rules, const boost::json::object& data);

// The records that share a value, as a rule is about to be added: told to whoever configured it, by their
// ids, for it is logged as well, and a log holds no contents.
class Duplicates {
 public:
  void add(const EntityId& first, const EntityId& second);
  bool empty() const { return count_ == 0; }
  // bad_request: names at most twenty pairs.
  Error error(const EntityType& type, const FieldGroup& fields) const;

 private:
  std::size_t count_ = 0;
  std::vector<std::string> shown_;
};

}  // namespace coterie
