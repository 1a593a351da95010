// The unique rules of the memory store: for each rule, which record holds which value. Thread: its store's.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "storage/store.hpp"
#include "storage/type_rules.hpp"

namespace coterie {

class MemoryUniques {
 public:
  using Heads = std::map<EntityKey, Head>;

  std::optional<EntityId> holder(const UniqueKey& key) const;
  // As Store::adopt; values of a new rule are taken from `heads`.
  Result<std::vector<RuleChange>> adopt(const TypeTable& types, const Heads& heads);
  const char* check(const std::vector<UniqueChange>& changes) const;  // what is wrong; null: nothing
  void apply(const std::vector<UniqueChange>& changes);

 private:
  using RuleKey = std::pair<EntityType, std::string>;  // of a rule: its type and stored name
  using Holders = std::map<std::string, EntityId>;     // from value to record

  static Result<Holders> fill(const EntityType& type, const FieldGroup& fields, const Heads& heads);

  std::map<RuleKey, Holders> rules_;
};

}  // namespace coterie
