// Random rules for the type Tent, of the shapes that people write. For tests.
#pragma once

#include <memory>

#include "protocol/access.hpp"
#include "tests/model/dice.hpp"
#include "tests/support/json.hpp"

namespace coterie::testing {

inline std::vector<AccessGrant> random_grants(model::Dice& dice) {
  static const std::vector<std::string> kRoles{"red", "blue", "*"};
  static const std::vector<std::string> kWhere{R"({"$createdBy":"$user.id"})",
                                               R"({"owner":"$user.id"})",
                                               R"({"team":{"$in":"$user.roles"}})",
                                               R"({"status":"open"})",
                                               R"({"$or":[{"owner":"$user.id"},{"status":"open"}]})",
                                               R"({"status":{"$ne":"secret"},"team":"red"})"};
  std::vector<AccessGrant> grants;
  for (std::size_t count = dice.between(1, 3); count > 0; --count) {
    AccessGrant grant;
    grant.roles = {dice.pick(kRoles)};
    if (dice.chance(75)) grant.where = object_of(dice.pick(kWhere));
    grants.push_back(std::move(grant));
  }
  return grants;
}

inline std::shared_ptr<const AccessRules> random_rules(model::Dice& dice) {
  AccessOfType access;
  const auto set = [&](AccessAction action, std::vector<AccessGrant> grants) {
    access.grants[static_cast<std::size_t>(action)] = std::move(grants);
  };
  if (dice.chance(92)) set(AccessAction::read, random_grants(dice));
  set(AccessAction::create, {{{"*"}, std::nullopt, 0}});
  set(AccessAction::update,
      dice.chance(60) ? std::vector<AccessGrant>{{{"*"}, std::nullopt, 0}} : random_grants(dice));
  set(AccessAction::remove, random_grants(dice));
  for (const char* field : {"secret", "deep.inner", "note"}) {
    if (!dice.chance(30)) continue;
    FieldRule rule;
    rule.path = path_of(field);
    rule.readers = {{dice.chance(50) ? "red" : "blue"}};
    access.fields.push_back(std::move(rule));
  }
  auto rules = std::make_shared<AccessRules>();
  rules->add(dice.chance(80) ? "Tent" : "*", std::move(access));
  return rules;
}

}  // namespace coterie::testing
