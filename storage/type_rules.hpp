// What is configured for the records of a type: how stale edits are dealt with, what their data must be, what
// may stand in one record only, what is indexed. A table of them is made whole, never changed, and replaced
// between two groups, so that one mutation is never judged by two. Types that are not in it have the
// defaults. Thread: any; immutable once shared. Laws 5, 6.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/mutation.hpp"
#include "protocol/settle.hpp"
#include "storage/json_schema.hpp"

namespace coterie {

// One field, or several that count together.
using FieldGroup = std::vector<FieldPath>;
// "vehicle and day", for people.
std::string described(const FieldGroup& fields);
// What a store remembers it by: the paths, which hold no control character, joined by newlines.
std::string stored_name(const FieldGroup& fields);
// Back from there. Error: as FieldPath::parse.
Result<FieldGroup> group_from_stored_name(std::string_view name);

struct TypeRules {
  Strategy strategy = Strategy::reject;  // where neither the operation nor the mutation names one
  std::vector<Strategy> strategies;      // that may be named; empty: all. `reject` always may
  ClashPolicies clashes;
  std::shared_ptr<const JsonSchema> schema;  // null: anything goes
  std::vector<FieldGroup> unique;
  std::vector<FieldGroup> index;

  bool allows(Strategy asked) const;
};

class TypeTable {
 public:
  void add(EntityType type, TypeRules rules) { rules_.insert_or_assign(std::move(type), std::move(rules)); }
  // Of a type that is not configured: the defaults.
  const TypeRules& of(const EntityType& type) const;
  const std::unordered_map<EntityType, TypeRules>& all() const { return rules_; }

 private:
  std::unordered_map<EntityType, TypeRules> rules_;
};

}  // namespace coterie
