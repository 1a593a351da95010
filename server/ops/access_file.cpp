#include "server/ops/access_file.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "protocol/json.hpp"
#include "protocol/names.hpp"
#include "server/ops/nearest_word.hpp"

namespace coterie {
namespace {

namespace json = boost::json;
using Words = std::vector<std::string>;

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

// Reads on after a mistake, so that each function stays short; the first one is told.
class AccessReader {
 public:
  explicit AccessReader(const ConfigFile& file) : file_(file) {}

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
  void refuse(const std::string& place, const std::string& message) {
    if (!error_) error_ = file_.error(place, message);
  }
  void unknown(const std::string& place, const char* what, std::string_view word, const Words& known) {
    const std::string near = nearest_word(word, known);
    std::string text = std::string("This ") + what + " is not known; ";
    if (!near.empty()) {
      text += "did you mean " + near + '?';
    } else {
      text += "known are ";
      for (std::size_t i = 0; i < known.size(); ++i) text += (i > 0 ? ", " : "") + known[i];
    }
    refuse(place, text);
  }
  const json::object* table(const json::value& value, const std::string& place, std::size_t most) {
    const json::object* members = value.if_object();
    if (members == nullptr) refuse(place, "This must be a table.");
    if (members != nullptr && members->size() > most)
      refuse(place, "This table may hold " + std::to_string(most) + " at most.");
    return members;
  }
  int line_of(std::string_view place) const {
    while (!place.empty()) {
      if (const auto found = file_.lines.find(place); found != file_.lines.end()) return found->second;
      const std::size_t end = place.find_last_of(".[");
      place = end == std::string_view::npos ? std::string_view() : place.substr(0, end);
    }
    return 0;
  }

  // ---- [roles] ----
  void read_roles(const json::value& value, const std::string& place) {
    const json::object* const roles = table(value, place, kMostRoles);
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
    if (value.is_string()) {
      roles.push_back(role(std::string(value.get_string()), place, everyone));
      return roles;
    }
    const json::array* const items = value.if_array();
    if (items == nullptr) refuse(place, "This must be a role, in quotes, or a list of roles.");
    for (std::size_t i = 0; items != nullptr && i < items->size() && i < kMostRoles; ++i) {
      const json::value& item = (*items)[i];
      if (!item.is_string()) {
        refuse(item_place(place, i), "This must be a role, in quotes.");
        continue;
      }
      roles.push_back(role(std::string(item.get_string()), item_place(place, i), everyone));
    }
    return roles;
  }

  // Where roles are declared, one that is not is a slip of the pen.
  std::string role(std::string name, const std::string& place, bool everyone) {
    if (everyone && name == kEveryone) return name;
    if (!is_label(name) || name == kEveryone) {
      refuse(place, "The name of a role has 1 to 64 printable characters.");
    } else if (name != kAdminRole && !declared_.empty() &&
               std::find(declared_.begin(), declared_.end(), name) == declared_.end()) {
      unknown(place, "role", name, declared_);
    }
    return name;
  }

  // ---- [access.TYPE] ----
  void read_types(const json::value& value, const std::string& place) {
    const json::object* const types = table(value, place, kMostTypes);
    if (types == nullptr) return;
    for (const auto& member : *types) {
      const std::string at = member_place(place, member.key());
      if (member.key() != AccessRules::kOtherTypes && !is_entity_type(member.key())) {
        refuse(at, "This is the name of a type, or \"*\" for all that are not named.");
        continue;
      }
      if (const json::object* members = table(member.value(), at, kAccessActions + 1))
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
        unknown(at, "key", member.key(), known_keys());
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
    const json::array* const items = value.if_array();
    if (items == nullptr) {
      grants.push_back(read_grant(value, place, action));
      return grants;
    }
    if (items->size() > kMostGrants) refuse(place, "An action may have 64 grants at most.");
    for (std::size_t i = 0; i < items->size() && i < kMostGrants; ++i)
      grants.push_back(read_grant((*items)[i], item_place(place, i), action));
    return grants;
  }

  AccessGrant read_grant(const json::value& value, const std::string& place, AccessAction action) {
    AccessGrant grant;
    grant.line = line_of(place);
    if (!value.is_object()) {
      grant.roles = role_list(value, place, true);
      return grant;
    }
    for (const auto& member : value.get_object()) {
      const std::string at = member_place(place, member.key());
      if (member.key() == "role" || member.key() == "roles") {
        const Words roles = role_list(member.value(), at, true);
        grant.roles.insert(grant.roles.end(), roles.begin(), roles.end());
      } else if (member.key() == "where") {
        grant.where = read_where(member.value(), at, action);
      } else {
        unknown(at, "key", member.key(), {"role", "roles", "where"});
      }
    }
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
      refuse(place, "This is a filter: {status = \"open\"}, or the same as JSON in a text.");
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
    const json::object* const members = table(value, place, kMostFields);
    if (members == nullptr) return;
    for (const auto& member : *members) {
      const std::string at = member_place(place, member.key());
      const std::string name = (parent.empty() ? "" : parent + '.') + std::string(member.key());
      const json::object* const inner = member.value().if_object();
      if (inner == nullptr) {
        refuse(at, "This is a table: {read = [\"manager\"], update = [\"manager\"]}.");
      } else if (inner->contains("read") || inner->contains("update")) {
        read_field(*inner, name, at, fields);
      } else {
        read_fields(member.value(), name, at, fields);
      }
    }
  }

  void read_field(const json::object& members, const std::string& name, const std::string& place,
                  std::vector<FieldRule>& fields) {
    Result<FieldPath> path = FieldPath::parse(name);
    if (!path) return refuse(place, "This is not the path of a field: " + path.error().message);
    FieldRule rule;
    rule.path = std::move(*path);
    rule.line = line_of(place);
    for (const auto& member : members) {
      const std::string at = member_place(place, member.key());
      if (member.key() == "read") {
        rule.readers = role_list(member.value(), at, true);
      } else if (member.key() == "update") {
        rule.writers = role_list(member.value(), at, true);
      } else {
        unknown(at, "key", member.key(), {"read", "update"});
      }
    }
    if (fields.size() >= kMostFields) return refuse(place, "A type may have rules for 256 fields at most.");
    fields.push_back(std::move(rule));
  }

  const ConfigFile& file_;
  AccessRules made_;
  Words declared_;
  std::optional<Error> error_;
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
