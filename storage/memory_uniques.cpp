#include "storage/memory_uniques.hpp"

#include "storage/unique_key.hpp"

namespace coterie {

std::optional<EntityId> MemoryUniques::holder(const UniqueKey& key) const {
  const auto rule = rules_.find({key.type, key.rule});
  if (rule == rules_.end()) return std::nullopt;
  const auto held = rule->second.find(key.value);
  if (held == rule->second.end()) return std::nullopt;
  return held->second;
}

Result<MemoryUniques::Holders> MemoryUniques::fill(const EntityType& type, const FieldGroup& fields,
                                                   const Heads& heads) {
  Holders holders;
  Duplicates duplicates;
  for (const auto& [key, head] : heads) {
    if (key.type != type || head.deleted) continue;
    const std::optional<std::string> value = unique_text(fields, head.data);
    if (!value) continue;
    const auto [held, fresh] = holders.emplace(*value, key.id);
    if (!fresh) duplicates.add(held->second, key.id);
  }
  if (!duplicates.empty()) return duplicates.error(type, fields);
  return holders;
}

Result<std::vector<RuleChange>> MemoryUniques::adopt(const TypeTable& types, const Heads& heads) {
  std::map<RuleKey, Holders> adopted;
  std::vector<RuleChange> changes;
  for (const auto& [type, rules] : types.all()) {
    for (const FieldGroup& fields : rules.unique) {
      const RuleKey key{type, stored_name(fields)};
      if (const auto known = rules_.find(key); known != rules_.end()) {
        adopted.insert(*known);
        continue;
      }
      Result<Holders> holders = fill(type, fields, heads);
      if (!holders) return holders.error();
      adopted.emplace(key, std::move(*holders));
      changes.push_back({RuleChange::Kind::unique, type, described(fields), true});
    }
  }
  for (const auto& [key, holders] : rules_) {
    if (adopted.contains(key)) continue;
    const Result<FieldGroup> fields = group_from_stored_name(key.second);
    if (!fields) return fields.error();
    changes.push_back({RuleChange::Kind::unique, key.first, described(*fields), false});
  }
  rules_ = std::move(adopted);
  return changes;
}

const char* MemoryUniques::check(const std::vector<UniqueChange>& changes) const {
  for (const UniqueChange& change : changes) {
    const auto rule = rules_.find({change.key.type, change.key.rule});
    if (rule == rules_.end()) return "a unique rule is not known";
    const auto held = rule->second.find(change.key.value);
    const std::optional<EntityId> holder =
        held == rule->second.end() ? std::nullopt : std::optional(held->second);
    if (holder != change.from) return "a unique value is not where the change rests on";
  }
  return nullptr;
}

void MemoryUniques::apply(const std::vector<UniqueChange>& changes) {
  for (const UniqueChange& change : changes) {
    Holders& holders = rules_.at({change.key.type, change.key.rule});
    if (change.to) {
      holders.insert_or_assign(change.key.value, *change.to);
    } else {
      holders.erase(change.key.value);
    }
  }
}

}  // namespace coterie
