#include "server/ops/access_file.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "protocol/json.hpp"
#include "protocol/names.hpp"
#include "server/ops/config_values.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostTypes = 1000;
constexpr std::size_t kMostGrants = 64;   // of one action
constexpr std::size_t kMostFields = 256;  // of one type
constexpr std::size_t kMostRoles = 256;
constexpr JsonLimits kSourceLimits{4 * 1024 * 1024, 64, 500'000};

std::string hex(const ContentHash& hash) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t half : {hash.high, hash.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(half >> shift) & 15];
  }
  return text;
}

class AccessReader : ConfigValues {
 public:
  explicit AccessReader(const ConfigFile& file) : ConfigValues(file) {}

  Result<RulesRead> read() {
    const json::value* const roles = file_.root.if_contains("roles");
    if (roles != nullptr) read_roles(*roles, "roles");
    const json::value* const access = file_.root.if_contains("access");
    if (access != nullptr) read_types(*access, "access");
    if (error_) return *error_;
    RulesRead read;
    if (access == nullptr) return read;
    json::object source{{"access", *access}};
    if (roles != nullptr) source["roles"] = *roles;
    read.source = to_json_text(source);
    // What is kept must be readable again: numbers as the protocol has them.
    if (const auto again = parse_json(read.source, kSourceLimits); !again)
      return file_.error("access", again.error().message);
    read.hash = hex(hash_content(source));
    read.rules = std::make_shared<AccessRules>(std::move(made_));
    return read;
  }

 private:
  // ---- [roles] ----
  void read_roles(const json::value& value, const std::string& place) {
    const json::object* const roles = as_table(value, place, kMostRoles);
    if (roles == nullptr) return;
    for (const auto& member : *roles) declared_.emplace_back(member.key());
    for (const auto& member : *roles) {
      const std::string at = member_place(place, member.key());
      if (!is_label(member.key()) || member.key() == kEveryone || member.key() == kAdminRole)
        refuse(at, "A role has a name of 1 to 64 printable characters, neither * nor admin.");
      made_.include(std::string(member.key()), role_list(member.value(), at, false));
    }
  }

  // "sales" or ["sales", "stock"].
  Words role_list(const json::value& value, const std::string& place, bool everyone) {
    Words roles;
    one_or_each_of(value, place, kMostRoles, [&](const json::value& item, const std::string& at) {
      if (auto name = text(item, at, "a role, in quotes, or a list of roles"))
        roles.push_back(role(*std::move(name), at, everyone));
    });
    return roles;
  }

  // Where roles are declared, one that is not is a slip of the pen.
  std::string role(std::string name, const std::string& place, bool everyone) {
    if (everyone && name == kEveryone) return name;
    if (!is_label(name) || name == kEveryone) {
      refuse(place, "The name of a role has 1 to 64 printable characters.");
    } else if (name != kAdminRole && !declared_.empty() &&
               std::find(declared_.begin(), declared_.end(), name) == declared_.end()) {
      refuse_unknown(place, "role", name, declared_);
    }
    return name;
  }

  // ---- [access.TYPE] ----
  void read_types(const json::value& value, const std::string& place) {
    const json::object* const types = as_table(value, place, kMostTypes);
    if (types == nullptr) return;
    for (const auto& member : *types) {
      const std::string at = member_place(place, member.key());
      if (member.key() != AccessRules::kOtherTypes && !is_entity_type(member.key())) {
        refuse(at, "This must be the name of a type, or \"*\" for all that are not named.");
        continue;
      }
      if (const json::object* members = as_table(member.value(), at, kAccessActions + 1))
        made_.add(std::string(member.key()), read_type(*members, at));
    }
  }

  AccessOfType read_type(const json::object& members, const std::string& place) {
    AccessOfType access;
    for (const auto& member : members) {
      const std::string at = member_place(place, member.key());
      if (member.key() == "fields") {
        read_fields(member.value(), {}, at, access.fields);
        continue;
      }
      const std::optional<AccessAction> action = access_action_from_text(member.key());
      if (!action) {
        refuse_unknown(at, "key", member.key(), known_keys());
        continue;
      }
      access.grants[static_cast<std::size_t>(*action)] = read_grants(member.value(), at, *action);
    }
    return access;
  }

  static Words known_keys() {
    Words known;
    for (std::size_t i = 0; i < kAccessActions; ++i)
      known.emplace_back(to_text(static_cast<AccessAction>(i)));
    known.emplace_back("fields");
    return known;
  }

  // "sales", or a list of such and of {role = "customer", where = {...}}.
  std::vector<AccessGrant> read_grants(const json::value& value, const std::string& place,
                                       AccessAction action) {
    std::vector<AccessGrant> grants;
    one_or_each_of(value, place, kMostGrants, [&](const json::value& item, const std::string& at) {
      grants.push_back(read_grant(item, at, action));
    });
    return grants;
  }

  AccessGrant read_grant(const json::value& value, const std::string& place, AccessAction action) {
    AccessGrant grant;
    grant.line = file_.line_of(place);
    if (!value.is_object()) {
      grant.roles = role_list(value, place, true);
      return grant;
    }
    check_names(value.get_object(), place, {"role", "roles", "where"});
    for (const char* name : {"role", "roles"}) {
      with(value.get_object(), place, name, [&](const json::value& roles, const std::string& at) {
        for (std::string& role : role_list(roles, at, true)) grant.roles.push_back(std::move(role));
      });
    }
    with(value.get_object(), place, "where", [&](const json::value& where, const std::string& at) {
      grant.where = read_where(where, at, action);
    });
    if (grant.roles.empty()) refuse(place, "A grant names the role that it is for: {role = \"sales\"}.");
    return grant;
  }

  // A table, or the filter as JSON in a text: both are its one language.
  std::optional<json::object> read_where(const json::value& value, const std::string& place,
                                         AccessAction action) {
    if (action == AccessAction::presence || action == AccessAction::signal ||
        action == AccessAction::take_out) {
      refuse(place,
             "This action is allowed by role alone; where the record must be readable is asked anyway.");
    }
    json::value given = value;
    if (value.is_string()) {
      Result<json::value> parsed = parse_json(std::string_view(value.get_string()), {65536, 32, 10'000});
      if (!parsed) {
        refuse(place, "This filter is no JSON: " + parsed.error().message);
        return std::nullopt;
      }
      given = std::move(*parsed);
    }
    if (!given.is_object()) {
      refuse(place, "This must be a filter: {status = \"open\"}, or the same as JSON in a text.");
      return std::nullopt;
    }
    if (const Result<void> good = AccessRules::check(given.get_object()); !good) {
      const std::string& member = good.error().member;
      refuse(place, "This filter cannot be used" + (member.empty() ? "" : ", at " + member) + ": " +
                        good.error().message);
    }
    return std::move(given.get_object());
  }

  // "margin" = {read = [...], update = [...]}, or a table of the fields below.
  void read_fields(const json::value& value, const std::string& parent, const std::string& place,
                   std::vector<FieldRule>& fields) {
    const json::object* const members = as_table(value, place, kMostFields);
    if (members == nullptr) return;
    for (const auto& member : *members) {
      const std::string at = member_place(place, member.key());
      const std::string name = (parent.empty() ? "" : parent + '.') + std::string(member.key());
      const json::object* const inner = member.value().if_object();
      if (inner == nullptr) {
        refuse(at, "This must be a table: {read = [\"manager\"], update = [\"manager\"]}.");
      } else if (inner->contains("read") || inner->contains("update")) {
        read_field(*inner, name, at, fields);
      } else {
        read_fields(member.value(), name, at, fields);
      }
    }
  }

  void read_field(const json::object& members, const std::string& name, const std::string& place,
                  std::vector<FieldRule>& fields) {
    std::optional<FieldPath> path = field_path(name, place);
    if (!path) return;
    FieldRule rule;
    rule.path = std::move(*path);
    rule.line = file_.line_of(place);
    check_names(members, place, {"read", "update"});
    with(members, place, "read", [&](const json::value& readers, const std::string& at) {
      rule.readers = role_list(readers, at, true);
    });
    with(members, place, "update", [&](const json::value& writers, const std::string& at) {
      rule.writers = role_list(writers, at, true);
    });
    if (fields.size() >= kMostFields) return refuse(place, "A type may have rules for 256 fields at most.");
    fields.push_back(std::move(rule));
  }

  AccessRules made_;
  Words declared_;
};

}  // namespace

Result<RulesRead> read_access(const ConfigFile& file) { return AccessReader(file).read(); }

Result<RulesRead> read_access(const json::object& given) {
  ConfigFile file;
  for (const auto& member : given) {
    if (member.key() == "access" || member.key() == "roles") continue;
    return file.error(member_place({}, member.key()),
                      "This member is not known; known are access and roles.");
  }
  const json::value* const access = given.if_contains("access");
  if (access == nullptr)
    return file.error("access", "This is needed: the rules of each type, or null for no rules at all.");
  if (access->is_null() && given.contains("roles"))
    return file.error("roles", "Without rules there are no roles to declare.");
  if (access->is_null()) return RulesRead();
  file.root = given;
  return read_access(file);
}

Result<RulesRead> read_access_source(std::string_view source) {
  if (source.empty()) return RulesRead();
  Result<json::value> parsed = parse_json(source, kSourceLimits);
  if (!parsed) return std::move(parsed).error();
  if (!parsed->is_object()) return ConfigFile().error("access", "This is no object.");
  return read_access(parsed->get_object());
}

}  // namespace coterie
