// The tables behind a type's rules: who holds a unique value, which rules and which indexes there are.
// Written in the transaction of the change itself, and the table's key asserts what decide has found: one
// value, one record. Thread: the writer's. Law 4.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/sqlite/database.hpp"
#include "storage/store.hpp"
#include "storage/type_rules.hpp"

namespace coterie {

class RuleTables {
 public:
  explicit RuleTables(Database& database) : database_(database) {}

  Result<std::optional<EntityId>> holder(const UniqueKey& key);
  // Within the batch's transaction. A value that is not where the change rests on: a broken batch.
  Result<void> write(const UniqueChange& change);
  // As Store::adopt, within a transaction of the caller, who takes it back on an error.
  Result<std::vector<RuleChange>> adopt(const TypeTable& types);

 private:
  using Rule = std::pair<EntityType, std::string>;  // and the stored name of its fields
  Result<std::set<Rule>> rules_in(const char* sql);
  Result<void> add_unique(const Rule& rule, const FieldGroup& fields);
  Result<void> fill_unique(const Rule& rule, const FieldGroup& fields);
  Result<void> drop_unique(const Rule& rule);
  Result<void> add_index(const Rule& rule, const FieldGroup& fields);
  Result<void> drop_index(const Rule& rule);

  Database& database_;
};

}  // namespace coterie
