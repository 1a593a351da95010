#include "protocol/access_verdict.hpp"

#include "protocol/json.hpp"
#include "protocol/time_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string type_place(std::string_view type) {
  std::string place = "access.";
  if (type != AccessRules::kOtherTypes) return place.append(type);
  return place.append("\"").append(type).append("\"");
}

}  // namespace

std::string_view to_text(Allowed allowed) {
  switch (allowed) {
    case Allowed::no:
      return "no";
    case Allowed::yes:
      return "yes";
    case Allowed::where:
      return "where";
  }
  return "";
}

JudgedRecord judged_record(json::object given) {
  JudgedRecord record;
  json::value* const data = given.if_contains("data");
  if (data == nullptr || !data->is_object() || !given.contains("entityId")) {
    record.data = std::move(given);
    return record;
  }
  record.meta.key = {EntityType{text_at(given, "entityType")}, EntityId{text_at(given, "entityId")}};
  if (const json::value* version = given.if_contains("version");
      version != nullptr && version->is_int64() && version->get_int64() > 0)
    record.meta.version = Version{static_cast<std::uint64_t>(version->get_int64())};
  record.meta.created_by = UserId{text_at(given, "createdBy")};
  record.meta.updated_by = UserId{text_at(given, "updatedBy")};
  record.meta.created_at = timestamp_from_text(text_at(given, "createdAt")).value_or(Timestamp{});
  record.meta.updated_at = timestamp_from_text(text_at(given, "updatedAt")).value_or(Timestamp{});
  record.data = std::move(data->get_object());
  return record;
}

std::string grant_place(std::string_view type, AccessAction action, const std::vector<AccessGrant>& grants,
                        std::size_t index) {
  if (grants[index].line > 0) return "line " + std::to_string(grants[index].line);
  std::string place = type_place(type).append(".").append(to_text(action));
  if (grants.size() > 1) place.append("[").append(std::to_string(index)).append("]");
  return place;
}

std::string field_place(std::string_view type, const FieldRule& field) {
  if (field.line > 0) return "line " + std::to_string(field.line);
  return type_place(type).append(".fields.").append(field.path.text());
}

AccessVerdict AccessJudge::judge(const EntityType& type, AccessAction action) const {
  if (rules_ == nullptr)
    return {Allowed::yes, "there are no rules: everyone who is signed in may everything"};
  if (roles_.has(kAdminRole)) return {Allowed::yes, "the role admin may everything"};
  if (action == AccessAction::read || action == AccessAction::create) return judge_alone(type, action);
  const AccessVerdict read = judge_alone(type, AccessAction::read);
  if (read.allowed == Allowed::no) return {Allowed::no, "may not read it: " + read.why};
  AccessVerdict verdict = judge_alone(type, action);
  if (verdict.allowed == Allowed::yes && read.allowed == Allowed::where)
    return {Allowed::where, verdict.why + "; reading it: " + read.why};
  return verdict;
}

AccessVerdict AccessJudge::judge_alone(const EntityType& type, AccessAction action) const {
  const AccessOfType* const access = rules_->find(type);
  if (access == nullptr) return {Allowed::no, "no rule names the type, and none names \"*\""};
  const auto grants = rules_->counting(type, action, roles_);
  const bool said = access->grants[static_cast<std::size_t>(action)].has_value();
  const AccessAction by_action = said ? action : fallback_of(action);
  std::string by;
  if (by_action != action) by.append(" (nothing is said of it: as ").append(to_text(by_action)).append(")");
  if (grants.empty()) return {Allowed::no, "no grant to these roles" + by};
  for (const AccessGrant* grant : grants) {
    if (!grant->where) return {Allowed::yes, reason(type, by_action, *grant) + by};
  }
  std::string conditions;
  for (const AccessGrant* grant : grants) {
    const std::string condition = reason(type, by_action, *grant) + " where " + to_json_text(*grant->where);
    if (holds(type, action, *grant)) return {Allowed::yes, condition + by};
    conditions.append(conditions.empty() ? "" : "; or ").append(condition);
  }
  return {record_ ? Allowed::no : Allowed::where, conditions + by};
}

// As the rules call it: itself, or all that are not named.
std::string_view AccessJudge::named(const EntityType& type) const {
  return rules_->all().contains(type.value()) ? std::string_view(type.value()) : AccessRules::kOtherTypes;
}

std::string AccessJudge::reason(const EntityType& type, AccessAction action, const AccessGrant& grant) const {
  const std::vector<AccessGrant>& grants = rules_->find(type)->of(action);
  std::string place =
      grant_place(named(type), action, grants, static_cast<std::size_t>(&grant - grants.data()));
  const Roles held = rules_->with_included(roles_);
  for (const std::string& role : grant.roles) {
    if (role == kEveryone) return place + ", everyone";
    if (held.has(role)) return place + ", role " + role;
  }
  return place;
}

// By rules of this one grant alone.
bool AccessJudge::holds(const EntityType& type, AccessAction action, const AccessGrant& grant) const {
  if (!record_) return false;
  AccessRules one;
  AccessOfType access;
  access.grants[static_cast<std::size_t>(action)] = {{{std::string(kEveryone)}, grant.where, 0}};
  one.add(type.value(), std::move(access));
  const Roles held = rules_->with_included(roles_);
  return one.bind(type, AccessCaller{user_, held})->to(action).admits(record_->meta, record_->data);
}

std::vector<VeiledField> AccessJudge::fields(const EntityType& type) const {
  std::vector<VeiledField> verdicts;
  const AccessOfType* const access = rules_ == nullptr ? nullptr : rules_->find(type);
  if (access == nullptr || roles_.has(kAdminRole)) return verdicts;
  const auto bound = rules_->bind(type, AccessCaller{user_, roles_});
  for (const FieldRule& field : access->fields) {
    const bool hidden = bound->veil && bound->veil->hides(field.path);
    const bool kept = bound->untouchable && bound->untouchable->hides(field.path);
    if (hidden || kept) verdicts.push_back({field.path.text(), hidden, field_place(named(type), field)});
  }
  return verdicts;
}

}  // namespace coterie
