#include "storage/sqlite/rule_tables.hpp"

#include "storage/batch_check.hpp"
#include "storage/sqlite/field_index.hpp"
#include "storage/sqlite/query.hpp"
#include "storage/stored_json.hpp"
#include "storage/unique_key.hpp"

namespace coterie {
namespace {

Result<void> run_with(Database& database, const char* sql, const EntityType& type,
                      const std::string& fields) {
  Query query(database, sql);
  query.bind(type.value(), fields);
  return query.run();
}

}  // namespace

Result<std::optional<EntityId>> RuleTables::holder(const UniqueKey& key) {
  Query query(database_, "SELECT id FROM unique_value WHERE type=? AND fields=? AND value=?");
  query.bind(key.type.value(), key.rule, key.value);
  if (query.next()) return EntityId{std::string(query.text(0))};
  if (Result<void> done = query.end(); !done) return done.error();
  return std::nullopt;
}

Result<void> RuleTables::write(const UniqueChange& change) {
  if (change.from == change.to) return {};
  const UniqueKey& key = change.key;
  if (change.from) {
    Query query(database_, "DELETE FROM unique_value WHERE type=? AND fields=? AND value=? AND id=?");
    query.bind(key.type.value(), key.rule, key.value, change.from->value());
    if (Result<void> done = query.run(); !done) return done;
    if (database_.changes() != 1) return broken_batch("a unique value is not where the change rests on");
  }
  if (!change.to) return {};
  // Only under a rule that is there; a value that is held already fails by the table's key.
  Query query(database_,
              "INSERT INTO unique_value(type,fields,value,id) SELECT type,fields,?,? FROM unique_rule "
              "WHERE type=? AND fields=? "
              "AND NOT EXISTS(SELECT 1 FROM unique_value WHERE type=? AND fields=? AND value=?)");
  query.bind(key.value, change.to->value(), key.type.value(), key.rule);
  query.bind(key.type.value(), key.rule, key.value);
  if (Result<void> done = query.run(); !done) return done;
  if (database_.changes() != 1) return broken_batch("a unique value is held twice, or its rule is not known");
  return {};
}

Result<std::set<RuleTables::Rule>> RuleTables::rules_in(const char* sql) {
  std::set<Rule> rules;
  Query query(database_, sql);
  while (query.next()) {
    rules.emplace(EntityType{std::string(query.text(0))}, std::string(query.text(1)));
  }
  if (Result<void> done = query.end(); !done) return done.error();
  return rules;
}

Result<std::vector<RuleChange>> RuleTables::adopt(const TypeTable& types) {
  Result<std::set<Rule>> uniques = rules_in("SELECT type,fields FROM unique_rule");
  if (!uniques) return uniques.error();
  Result<std::set<Rule>> indexes = rules_in("SELECT type,fields FROM type_index");
  if (!indexes) return indexes.error();

  std::vector<RuleChange> changes;
  for (const auto& [type, rules] : types.all()) {
    for (const FieldGroup& fields : rules.unique) {
      const Rule rule{type, stored_name(fields)};
      if (uniques->erase(rule) > 0) continue;
      if (Result<void> done = add_unique(rule, fields); !done) return done.error();
      changes.push_back({RuleChange::Kind::unique, type, described(fields), true});
    }
    for (const FieldGroup& fields : rules.index) {
      const Rule rule{type, stored_name(fields)};
      if (indexes->erase(rule) > 0) continue;
      if (Result<void> done = add_index(rule, fields); !done) return done.error();
      changes.push_back({RuleChange::Kind::index, type, described(fields), true});
    }
  }
  // What is left is not wanted any more.
  const auto dropped = [&](RuleChange::Kind kind, const Rule& rule) -> Result<void> {
    const Result<FieldGroup> fields = group_from_stored_name(rule.second);
    if (!fields) return fields.error();
    changes.push_back({kind, rule.first, described(*fields), false});
    return kind == RuleChange::Kind::unique ? drop_unique(rule) : drop_index(rule);
  };
  for (const Rule& rule : *uniques) {
    if (Result<void> done = dropped(RuleChange::Kind::unique, rule); !done) return done.error();
  }
  for (const Rule& rule : *indexes) {
    if (Result<void> done = dropped(RuleChange::Kind::index, rule); !done) return done.error();
  }
  return changes;
}

Result<void> RuleTables::add_unique(const Rule& rule, const FieldGroup& fields) {
  if (Result<void> done =
          run_with(database_, "INSERT INTO unique_rule(type,fields) VALUES(?,?)", rule.first, rule.second);
      !done) {
    return done;
  }
  return fill_unique(rule, fields);
}

Result<void> RuleTables::fill_unique(const Rule& rule, const FieldGroup& fields) {
  Duplicates duplicates;
  Query records(database_, "SELECT id,doc FROM entity WHERE type=? AND deleted=0");
  records.bind(rule.first.value());
  while (records.next()) {
    const Result<boost::json::object> data = parse_stored_object(records.text(1));
    if (!data) return data.error();
    const std::optional<std::string> value = unique_text(fields, *data);
    if (!value) continue;
    const EntityId id{std::string(records.text(0))};
    Query insert(database_,
                 "INSERT INTO unique_value(type,fields,value,id) VALUES(?,?,?,?) ON CONFLICT DO NOTHING");
    insert.bind(rule.first.value(), rule.second, *value, id.value());
    if (Result<void> done = insert.run(); !done) return done;
    if (database_.changes() == 1) continue;
    const Result<std::optional<EntityId>> first = holder({rule.first, rule.second, *value});
    if (!first) return first.error();
    duplicates.add(first->value_or(EntityId{}), id);
  }
  if (Result<void> done = records.end(); !done) return done;
  if (!duplicates.empty()) return duplicates.error(rule.first, fields);
  return {};
}

Result<void> RuleTables::drop_unique(const Rule& rule) {
  if (Result<void> done =
          run_with(database_, "DELETE FROM unique_value WHERE type=? AND fields=?", rule.first, rule.second);
      !done) {
    return done;
  }
  return run_with(database_, "DELETE FROM unique_rule WHERE type=? AND fields=?", rule.first, rule.second);
}

Result<void> RuleTables::add_index(const Rule& rule, const FieldGroup& fields) {
  std::int64_t number = 0;
  {
    Query query(database_, "INSERT INTO type_index(type,fields) VALUES(?,?) RETURNING n");
    query.bind(rule.first.value(), rule.second);
    if (query.next()) number = query.integer(0);
    if (Result<void> done = query.run(); !done) return done;
  }
  std::string sql = "CREATE INDEX " + index_name(number) + " ON entity(";
  for (const FieldPath& field : fields) sql += key_expression(field) + ',';
  sql += "id) WHERE type=" + type_literal(rule.first) + " AND deleted=0";
  return database_.run(sql.c_str());
}

Result<void> RuleTables::drop_index(const Rule& rule) {
  std::int64_t number = 0;
  {
    Query query(database_, "DELETE FROM type_index WHERE type=? AND fields=? RETURNING n");
    query.bind(rule.first.value(), rule.second);
    if (query.next()) number = query.integer(0);
    if (Result<void> done = query.run(); !done) return done;
  }
  return database_.run(("DROP INDEX " + index_name(number)).c_str());
}

}  // namespace coterie
