#include "protocol/access.hpp"

#include <algorithm>
#include <set>

#include "protocol/json.hpp"
#include "protocol/request_error.hpp"
#include "protocol/scalar_order.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::string_view kUser = "$user.";
constexpr std::string_view kUserId = "$user.id";
constexpr std::string_view kUserRoles = "$user.roles";
constexpr std::size_t kMostKnown = 20'000;

constexpr std::array<std::pair<std::string_view, AccessAction>, kAccessActions> kActions{{
    {"read", AccessAction::read},
    {"create", AccessAction::create},
    {"update", AccessAction::update},
    {"delete", AccessAction::remove},
    {"restore", AccessAction::restore},
    {"lock", AccessAction::lock},
    {"steal", AccessAction::steal},
    {"presence", AccessAction::presence},
    {"signal", AccessAction::signal},
    {"export", AccessAction::take_out},
}};

bool names(const std::vector<std::string>& roles, const Roles& held) {
  return std::any_of(roles.begin(), roles.end(),
                     [&](const std::string& role) { return role == kEveryone || held.has(role); });
}

// The caller put in where a text stands for it. Error: a text that begins so and stands for nothing.
Result<void> put_in(json::value& value, const AccessCaller& caller) {
  if (value.is_string()) {
    const std::string_view text = text_of(value);
    if (!text.starts_with(kUser)) return {};
    if (text == kUserId) {
      value = caller.user.value();
      return {};
    }
    if (text != kUserRoles)
      return bad_request(quoted(text) + " is not known; there are $user.id and $user.roles");
    json::array roles;
    for (const std::string& role : caller.roles.names()) roles.emplace_back(role);
    value = std::move(roles);
    return {};
  }
  if (json::array* items = value.if_array()) {
    for (json::value& item : *items) {
      if (Result<void> done = put_in(item, caller); !done) return done;
    }
  } else if (json::object* members = value.if_object()) {
    for (auto& member : *members) {
      if (Result<void> done = put_in(member.value(), caller); !done)
        return within(member.key(), done.error());
    }
  }
  return {};
}

Result<Filter> filter_for(const json::object& where, const AccessCaller& caller) {
  json::value value(where);
  if (Result<void> done = put_in(value, caller); !done) return done.error();
  return Filter::parse(value);
}

Reach reach_of(const std::vector<const AccessGrant*>& grants, const AccessCaller& caller) {
  std::vector<Filter> filters;
  for (const AccessGrant* grant : grants) {
    if (!grant->where) return Reach::all();
    Result<Filter> filter = filter_for(*grant->where, caller);
    if (!filter) continue;  // of a caller with more roles than a list may hold: not allowed by it
    if (filter->empty()) return Reach::all();
    filters.push_back(std::move(*filter));
  }
  if (filters.empty()) return {};
  return Reach::some(any_of(std::move(filters)));
}

std::string view_of(const TypeAccess& access) {
  const Reach& read = access.to(AccessAction::read);
  if (read.is_none()) return "-";
  std::string view;
  if (read.filter() != nullptr) view = to_json_text(read.filter()->source());
  if (access.veil) view += '\n' + access.veil->text();
  return view;
}

}  // namespace

std::string_view to_text(AccessAction action) {
  for (const auto& [name, known] : kActions) {
    if (known == action) return name;
  }
  return "";
}

std::optional<AccessAction> access_action_from_text(std::string_view text) {
  for (const auto& [name, action] : kActions) {
    if (name == text) return action;
  }
  return std::nullopt;
}

AccessAction fallback_of(AccessAction action) {
  switch (action) {
    case AccessAction::restore:
    case AccessAction::lock:
      return AccessAction::update;
    case AccessAction::presence:
    case AccessAction::signal:
      return AccessAction::read;
    default:
      return action;
  }
}

const std::vector<AccessGrant>& AccessOfType::of(AccessAction action) const {
  static const std::vector<AccessGrant> kNone;
  const auto& said = grants[static_cast<std::size_t>(action)];
  if (said) return *said;
  const auto& fallback = grants[static_cast<std::size_t>(fallback_of(action))];
  return fallback ? *fallback : kNone;
}

Reach Reach::all() {
  Reach reach;
  reach.all_ = true;
  return reach;
}

Reach Reach::some(Filter filter) {
  Reach reach;
  reach.filter_ = std::make_shared<const Filter>(std::move(filter));
  return reach;
}

bool Reach::admits(const EntityMeta& meta, const json::object& data) const {
  return all_ || (filter_ != nullptr && filter_->matches(meta, data));
}

Result<void> AccessRules::check(const json::object& where) {
  const UserId somebody{"somebody"};
  const Roles some({"a", "b"});
  const Result<Filter> filter = filter_for(where, AccessCaller{somebody, some});
  if (!filter) return filter.error();
  return {};
}

void AccessRules::add(std::string type, AccessOfType access) {
  types_.insert_or_assign(std::move(type), std::move(access));
}

void AccessRules::include(std::string role, std::vector<std::string> others) {
  included_.insert_or_assign(std::move(role), std::move(others));
}

Roles AccessRules::with_included(const Roles& roles) const {
  std::set<std::string> held;
  std::vector<std::string> next = roles.names();
  while (!next.empty()) {
    std::string role = std::move(next.back());
    next.pop_back();
    const auto found = included_.find(role);
    if (held.insert(std::move(role)).second && found != included_.end())
      next.insert(next.end(), found->second.begin(), found->second.end());
  }
  // Nobody administers the server by way of another role.
  if (!roles.has(kAdminRole)) held.erase(std::string(kAdminRole));
  return Roles(std::vector<std::string>(held.begin(), held.end()));
}

const AccessOfType* AccessRules::find(const EntityType& type) const {
  auto found = types_.find(type.value());
  if (found == types_.end()) found = types_.find(std::string(kOtherTypes));
  return found == types_.end() ? nullptr : &found->second;
}

std::vector<const AccessGrant*> AccessRules::counting(const EntityType& type, AccessAction action,
                                                      const Roles& roles) const {
  std::vector<const AccessGrant*> counting;
  const AccessOfType* access = find(type);
  if (access == nullptr) return counting;
  const Roles held = with_included(roles);
  for (const AccessGrant& grant : access->of(action)) {
    if (names(grant.roles, held)) counting.push_back(&grant);
  }
  return counting;
}

std::shared_ptr<const TypeAccess> AccessRules::bind(const EntityType& type, const AccessCaller& given) const {
  const Roles held = with_included(given.roles);
  const AccessCaller caller{given.user, held};
  auto bound = std::make_shared<TypeAccess>();
  for (std::size_t i = 0; i < kAccessActions; ++i)
    bound->reach[i] = reach_of(counting(type, static_cast<AccessAction>(i), held), caller);
  if (const AccessOfType* access = find(type)) {
    std::vector<FieldPath> hidden;
    std::vector<FieldPath> untouchable;
    for (const FieldRule& field : access->fields) {
      const bool seen = !field.readers || names(*field.readers, held);
      if (!seen) hidden.push_back(field.path);
      if (!seen || (field.writers && !names(*field.writers, held))) untouchable.push_back(field.path);
    }
    if (!hidden.empty()) bound->veil = std::make_shared<const Veil>(std::move(hidden));
    if (!untouchable.empty()) bound->untouchable = std::make_shared<const Veil>(std::move(untouchable));
  }
  bound->view = view_of(*bound);
  return bound;
}

bool AccessRules::takes_out_all(const AccessCaller& caller) const {
  if (caller.roles.has(kAdminRole)) return true;
  if (!types_.contains(std::string(kOtherTypes))) return false;
  return std::all_of(types_.begin(), types_.end(), [&](const auto& named) {
    const auto access = bind(EntityType{named.first}, caller);
    return access->to(AccessAction::take_out).is_all() && access->sees_all();
  });
}

// A number of the content, in a form that does not depend on the order in which it was written.
std::string AccessRules::fingerprint(const Roles& roles) const {
  json::object whole;
  for (const auto& [type, access] : types_) {
    json::object& told = whole[type].emplace_object();
    for (std::size_t i = 0; i < kAccessActions; ++i) {
      json::array grants;
      for (const AccessGrant& grant : access.of(static_cast<AccessAction>(i))) {
        json::array to(grant.roles.begin(), grant.roles.end());
        grants.push_back(json::array{std::move(to), grant.where ? json::value(*grant.where) : json::value()});
      }
      told[to_text(static_cast<AccessAction>(i))] = std::move(grants);
    }
    for (const FieldRule& field : access.fields) {
      json::array readers;
      if (field.readers) readers = json::array(field.readers->begin(), field.readers->end());
      told["field " + field.path.text()] = json::array{field.readers.has_value(), std::move(readers)};
    }
  }
  json::array held;
  const Roles all = with_included(roles);
  for (const std::string& role : all.names()) held.emplace_back(role);
  const ContentHash hash = hash_content(json::array{std::move(whole), std::move(held)});
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(hash.high >> shift) & 15];
  return text;
}

void AccessBook::replace(std::shared_ptr<const AccessRules> rules) {
  rules_ = std::move(rules);
  known_.clear();
  fingerprints_.clear();
}

std::shared_ptr<const TypeAccess> AccessBook::of(const UserId& user, const Roles& roles,
                                                 const EntityType& type) {
  if (is_open(roles)) return nullptr;
  std::string key = type.value() + '\n' + user.value();
  for (const std::string& role : roles.names()) key.append(1, '\n').append(role);
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  if (known_.size() >= kMostKnown) known_.clear();
  return known_.emplace(std::move(key), rules_->bind(type, AccessCaller{user, roles})).first->second;
}

std::string AccessBook::fingerprint(const Roles& roles) {
  if (is_open(roles)) return {};
  if (fingerprints_.size() >= kMostKnown) fingerprints_.clear();
  const auto [known, fresh] = fingerprints_.try_emplace(roles.names());
  if (fresh) known->second = rules_->fingerprint(roles);
  return known->second;
}

}  // namespace coterie
