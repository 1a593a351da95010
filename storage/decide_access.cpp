#include "storage/decide_access.hpp"

#include <array>
#include <utility>

#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"
#include "storage/stored_json.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

AccessAction action_of(OperationKind kind) {
  switch (kind) {
    case OperationKind::create:
      return AccessAction::create;
    case OperationKind::update:
      return AccessAction::update;
    case OperationKind::remove:
      return AccessAction::remove;
    case OperationKind::restore:
      break;
  }
  return AccessAction::restore;
}

Refusal forbidden(const OperationScope& scope) {
  return reject(scope, RejectedCode::forbidden,
                "You may not " + std::string(to_text(action_of(scope.op.kind))) + " this record.");
}

Refusal forbidden_field(const OperationScope& scope, const FieldPath& field) {
  return reject(scope, RejectedCode::forbidden, "You may not change " + field.text() + '.', field.text());
}

std::optional<Refusal> check_conditions(const OperationScope& scope, const Veil& veil) {
  const Operation& op = scope.op;
  const FieldPath* found = op.guard ? veil.touched(*op.guard) : nullptr;
  if (found == nullptr && op.where) found = veil.touched(*op.where);
  if (found == nullptr) found = veil.touched(op.sort);
  if (found == nullptr) return std::nullopt;
  return reject(scope, RejectedCode::forbidden, "You may not ask for " + found->text() + '.', found->text());
}

const FieldPath* touched_field(const Operation& op, const Veil& veil) {
  const FieldPath* found = nullptr;
  const auto look = [&](const FieldPath& path) {
    if (found == nullptr) found = veil.touched(path);
  };
  for (const auto& member : op.data) {
    for (const FieldPath& path : veil.hidden()) {
      // A create names whole members; those that hold an untouchable field are touched where it is there.
      if (found == nullptr && path.steps().front() == member.key() && find(op.data, path) != nullptr)
        found = &path;
    }
  }
  for (const FieldValue& field : op.set) look(field.path);
  for (const FieldPath& path : op.unset) look(path);
  for (const FieldValue& field : op.increment) look(field.path);
  for (const FieldList& field : op.append) look(field.path);
  for (const FieldList& field : op.remove) look(field.path);
  for (const FieldStamp& field : op.stamp) look(field.path);
  for (const FieldNumber& field : op.number) look(field.path);
  return found;
}

// Of an answer that was kept: the documents in it are cut to what may be seen now.
std::string cut_repeat(const std::string& body, const DecideContext& context) {
  Result<json::object> parsed = parse_stored_object(body);
  json::value* const results = parsed ? parsed->if_contains("results") : nullptr;
  if (results == nullptr || !results->is_array()) return body;
  for (json::value& result : results->get_array()) {
    json::object* const told = result.if_object();
    json::value* const type = told != nullptr ? told->if_contains("entityType") : nullptr;
    if (type == nullptr || !type->is_string()) continue;
    const auto access = access_of(context, EntityType{std::string(type->get_string())});
    if (!access) continue;
    // The document is of then, its metadata not at hand: whoever sees some records only is not told it again.
    json::value* const entity = told->if_contains("entity");
    json::value* const data =
        entity != nullptr && entity->is_object() ? entity->get_object().if_contains("data") : nullptr;
    const bool all = access->to(AccessAction::read).is_all();
    if (data != nullptr && data->is_object() && all) {
      if (access->veil) access->veil->cut(data->get_object());
    } else if (entity != nullptr) {
      told->erase("entity");
    }
    json::value* const merged = told->if_contains("merged");
    if (merged == nullptr || !merged->is_array() || !access->veil) continue;
    json::array kept;
    for (json::value& path : merged->get_array()) {
      const auto field = path.is_string() ? FieldPath::parse(path.get_string()) : Result<FieldPath>(Error{});
      if (field && !access->veil->hides(*field)) kept.push_back(std::move(path));
    }
    *merged = std::move(kept);
  }
  return to_json_text(*parsed);
}

}  // namespace

std::shared_ptr<const TypeAccess> access_of(const DecideContext& context, const EntityType& type) {
  if (context.access == nullptr) return nullptr;
  return context.access->of(context.author.user, context.author.roles, type);
}

std::optional<Refusal> check_rights(const OperationScope& scope) {
  if (scope.access == nullptr) return std::nullopt;
  const TypeAccess& access = *scope.access;
  const bool creates = scope.op.kind == OperationKind::create;
  if (!creates && access.to(AccessAction::read).is_none()) {
    return reject(scope, RejectedCode::not_found, "There is no such record.");
  }
  if (access.to(action_of(scope.op.kind)).is_none() && (creates || access.to(AccessAction::read).is_all()))
    return forbidden(scope);
  if (access.veil) {
    if (auto refusal = check_conditions(scope, *access.veil)) return refusal;
  }
  if (!access.untouchable) return std::nullopt;
  if (const FieldPath* field = touched_field(scope.op, *access.untouchable))
    return forbidden_field(scope, *field);
  return std::nullopt;
}

Result<bool> sees(const TypeAccess* access, Draft& draft, const Head& head) {
  if (access == nullptr || access->to(AccessAction::read).is_all()) return true;
  if (!head.deleted) return access->reads(head.meta, head.data);
  // Where it was deleted in this very group, or is not kept any more, that cannot be told.
  return sees_version(access, draft, head.meta.key, Version{head.meta.version.value() - 1});
}

std::optional<Refusal> check_old(const OperationScope& scope, const Head& head) {
  if (scope.access == nullptr) return std::nullopt;
  const Reach& reach = scope.access->to(action_of(scope.op.kind));
  if (reach.is_all()) return std::nullopt;
  if (reach.is_none()) return forbidden(scope);
  if (head.deleted || reach.admits(head.meta, head.data))
    return std::nullopt;  // of nothing, the new state counts
  return forbidden(scope);
}

std::optional<Refusal> check_new(const OperationScope& scope, const Head& head) {
  if (scope.access == nullptr || head.deleted) return std::nullopt;
  const Reach& reach = scope.access->to(action_of(scope.op.kind));
  if (reach.admits(head.meta, head.data)) return std::nullopt;
  return reject(scope, RejectedCode::forbidden,
                "You may not " + std::string(to_text(action_of(scope.op.kind))) +
                    " a record to be like this: it would leave what you may do.");
}

Filter within_rights(const OperationScope& scope, const Filter& filter) {
  if (scope.access == nullptr) return filter;
  Filter kept = filter;
  for (const AccessAction action : {AccessAction::read, AccessAction::update}) {
    if (const Filter* rule = scope.access->to(action).filter()) kept = both(kept, *rule);
  }
  return kept;
}

Result<bool> sees_version(const TypeAccess* access, Draft& draft, const EntityKey& key, Version version) {
  if (access == nullptr || access->to(AccessAction::read).is_all()) return true;
  const Result<std::optional<Entity>> stood = draft.stored_at(key, version);
  if (!stood) return stood.error();
  if (!*stood) return false;
  const Result<json::object> data = parse_stored_object((*stood)->data);
  if (!data) return data.error();
  return access->reads((*stood)->meta, *data);
}

void keep_untouchable(const OperationScope& scope, const Head& head, json::object& content) {
  if (scope.access == nullptr || !scope.access->untouchable || head.deleted) return;
  for (const FieldPath& path : scope.access->untouchable->hidden()) {
    const json::value* const now = find(head.data, path);
    if (now != nullptr) {
      (void)set_field(content, path, *now);  // where its way is blocked, what blocks it was there before
    } else {
      unset_field(content, path);
    }
  }
}

std::optional<Error> check_lock(const TypeAccess* access, const Lock& request, Draft& draft,
                                const Head& head) {
  if (access == nullptr) return std::nullopt;
  Error error;
  const Result<bool> seen = sees(access, draft, head);
  if (!seen) return seen.error();
  if (!*seen) {
    error.code = ErrorCode::not_found;
    error.message = "There is no such record to lock.";
    return error;
  }
  error.code = ErrorCode::forbidden;
  if (!access->to(AccessAction::lock).admits(head.meta, head.data)) {
    error.message = "You may not lock this record.";
    return error;
  }
  if (request.steal && !access->to(AccessAction::steal).admits(head.meta, head.data)) {
    error.message = "You may not take a lock from another.";
    error.member = "steal";
    return error;
  }
  const bool of_field = !request.place.field.text().empty();
  if (of_field && access->untouchable && access->untouchable->touched(request.place.field) != nullptr) {
    error.message = "You may not change this field, nor lock it.";
    error.member = "field";
    return error;
  }
  return std::nullopt;
}

void cut_to_rights(MutationOutcome& outcome, const DecideContext& context) {
  if (context.access == nullptr || context.access->is_open(context.author.roles)) return;
  if (auto* conflict = std::get_if<Conflict>(&outcome)) {
    const auto access = access_of(context, conflict->key.type);
    if (access && access->veil) access->veil->cut(*conflict);
  } else if (auto* rejected = std::get_if<Rejected>(&outcome); rejected != nullptr && rejected->current) {
    const auto access = access_of(context, rejected->current->meta.key.type);
    if (access && access->veil) access->veil->cut(*rejected->current);
  } else if (auto* repeated = std::get_if<Repeated>(&outcome)) {
    repeated->body = cut_repeat(repeated->body, context);
  }
}

}  // namespace coterie
