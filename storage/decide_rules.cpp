// What the configuration of a type asks of an operation: its strategy, its schema, its unique fields.
#include <algorithm>
#include <utility>

#include "storage/decide_operation.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

// The schema looks at a value; the document is one for that long, without a copy.
template <class Look>
auto looked_at(json::object& data, Look look) {
  json::value whole(std::move(data));
  auto seen = look(std::as_const(whole));
  data = std::move(whole.get_object());
  return seen;
}

// "reject or merge".
std::string allowed_strategies(const TypeRules& rules) {
  std::string text(to_text(Strategy::reject));
  for (const Strategy strategy : rules.strategies) {
    if (strategy != Strategy::reject) text.append(" or ").append(to_text(strategy));
  }
  return text;
}

// The record as it stands without this operation, whose own copy has been taken out of the draft.
Result<std::vector<SchemaFault>> faults_before(const OperationScope& scope, const EntityKey& key) {
  const Result<const Head*> before = scope.draft.head(key);
  if (!before) return before.error();
  if (*before == nullptr || (*before)->deleted) return std::vector<SchemaFault>{};
  return scope.rules.schema->faults(json::value((*before)->data));
}

}  // namespace

std::optional<Refusal> check_strategy(const OperationScope& scope) {
  if (scope.rules.strategies.empty()) return std::nullopt;
  const std::optional<Strategy>& named = scope.op.strategy ? scope.op.strategy : scope.mutation.strategy;
  if (!named || scope.rules.allows(*named)) return std::nullopt;
  return reject(scope, RejectedCode::invalid,
                "The strategy " + std::string(to_text(*named)) + " is not allowed for the type " +
                    scope.op.entity_type.value() + "; use " + allowed_strategies(scope.rules) + '.');
}

UniqueTexts unique_values(const OperationScope& scope, const Head& head) {
  if (scope.rules.unique.empty() || head.deleted) return {};
  return unique_texts(scope.rules.unique, head.data);
}

// A rule that came after the record binds what is done to it from then on: what was wrong before may stay
// until somebody mends it, and nothing may become wrong.
std::optional<Refusal> check_schema(const OperationScope& scope, Head& head) {
  if (!scope.rules.schema || head.deleted) return std::nullopt;
  const JsonSchema& schema = *scope.rules.schema;
  if (looked_at(head.data, [&](const json::value& data) { return schema.accepts(data); }))
    return std::nullopt;
  const std::vector<SchemaFault> after =
      looked_at(head.data, [&](const json::value& data) { return schema.faults(data); });
  std::vector<SchemaFault> before;
  if (scope.op.kind != OperationKind::create) {
    Result<std::vector<SchemaFault>> found = faults_before(scope, head.meta.key);
    if (!found) return failed(found.error());
    before = std::move(*found);
  }
  const auto fresh = std::find_if(after.begin(), after.end(), [&](const SchemaFault& fault) {
    return std::find(before.begin(), before.end(), fault) == before.end();
  });
  if (fresh == after.end()) return std::nullopt;
  return reject(scope, RejectedCode::invalid, fresh->message, fresh->field);
}

std::optional<Refusal> pass_unique_values(const OperationScope& scope, const Head& head,
                                          const UniqueTexts& held) {
  const std::vector<FieldGroup>& rules = scope.rules.unique;
  if (rules.empty()) return std::nullopt;
  const EntityId& id = head.meta.key.id;
  UniqueTexts now = unique_values(scope, head);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::optional<std::string> before = i < held.size() ? held[i] : std::nullopt;
    const std::optional<std::string> after = i < now.size() ? std::move(now[i]) : std::nullopt;
    if (before == after) continue;
    UniqueKey key{head.meta.key.type, stored_name(rules[i]), {}};
    if (after) {
      key.value = *after;
      const Result<std::optional<EntityId>> holder = scope.draft.unique_holder(key);
      if (!holder) return failed(holder.error());
      if (*holder && **holder != id) {
        const std::string field = rules[i].front().text();
        return reject(scope, RejectedCode::unique,
                      "Another record has this value already: " + described(rules[i]) + " must be unique.",
                      field);
      }
      scope.draft.pass_unique(key, *holder, id);
    }
    if (before) {
      key.value = *before;
      scope.draft.pass_unique(std::move(key), id, std::nullopt);
    }
  }
  return std::nullopt;
}

}  // namespace coterie
