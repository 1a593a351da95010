#include "server/types_file.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "protocol/json.hpp"
#include "protocol/names.hpp"
#include "protocol/scalar_order.hpp"
#include "server/ops/config_values.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostTypes = 1000;
constexpr std::size_t kMostRules = 16;   // unique rules, or indexes, of a type
constexpr std::size_t kMostFields = 8;   // of one of them
constexpr std::size_t kMostSearch = 32;  // fields of a type
constexpr std::size_t kMostSchemaBytes = 1024 * 1024;
constexpr std::size_t kMostSchemaMembers = 50'000;

constexpr DurationRange kAnyDuration{std::chrono::seconds(1), std::chrono::weeks(1'000'000),
                                     "such as \"365d\""};

class TypesReader : ConfigValues {
 public:
  explicit TypesReader(const ConfigFile& file) : ConfigValues(file) {}

  Result<TypesConfiguration> read() {
    check_names(file_.root, {}, {"access", "auth", "roles", "sequences", "serve", "types"}, "section");
    if (const json::object* sequences = table(file_.root, {}, "sequences")) read_sequences(*sequences);
    auto types = std::make_shared<TypeTable>();
    if (const json::object* all = table(file_.root, {}, "types", kMostTypes)) read_all(*all, *types);
    if (error_) return *error_;
    Result<RulesRead> access = read_access(file_);
    if (!access) return access.error();
    made_.access = std::move(*access);
    made_.types = std::move(types);
    return std::move(made_);
  }

 private:
  std::optional<FieldPath> path(const json::value& value, const std::string& place) {
    const std::optional<std::string> written = text(value, place);
    return written ? field_path(*written, place) : std::nullopt;
  }

  // ---- [sequences] ----
  void read_sequences(const json::object& sequences) {
    for (const auto& member : sequences) {
      const std::string place = member_place("sequences", member.key());
      const std::optional<std::string> format = text(member.value(), place);
      if (!format) continue;
      const std::string name(member.key());
      if (!is_label(name)) refuse(place, "The name of a sequence has 1 to 64 printable characters.");
      if (const Result<void> added = made_.numbers.add(name, *format); !added) {
        refuse(place, added.error().message);
      }
      made_.sequences.emplace(name, *format);
    }
  }

  // ---- [types.NAME] ----
  void read_all(const json::object& all, TypeTable& types) {
    for (const auto& member : all) {
      const std::string place = member_place("types", member.key());
      if (!is_entity_type(member.key())) {
        refuse(place, "The name of a type is a letter, then up to 63 letters, digits or _.");
        continue;
      }
      const json::object* const members = table(all, "types", member.key());
      if (members != nullptr) read_type(EntityType{std::string(member.key())}, *members, place, types);
    }
  }

  void read_type(const EntityType& type, const json::object& members, const std::string& place,
                 TypeTable& types) {
    check_names(members, place,
                {"strategy", "strategies", "schema", "unique", "index", "search", "history", "fields"});
    TypeRules rules;
    const auto each = [&](const char* name, auto read) { with(members, place, name, read); };
    each("strategies", [&](const auto& value, const auto& at) { rules.strategies = strategies(value, at); });
    each("strategy", [&](const auto& value, const auto& at) { rules.strategy = strategy(value, at); });
    if (!rules.allows(rules.strategy)) {
      refuse(member_place(place, "strategy"), "The default must be one of the strategies that are allowed.");
    }
    each("schema", [&](const auto& value, const auto& at) { rules.schema = schema(type, value, at); });
    each("unique", [&](const auto& value, const auto& at) { rules.unique = groups(value, at); });
    each("index", [&](const auto& value, const auto& at) { rules.index = groups(value, at); });
    each("search", [&](const auto& value, const auto& at) { read_search(type, value, at); });
    each("history", [&](const auto& value, const auto& at) { read_history(type, value, at); });
    each("fields", [&](const auto& value, const auto& at) { read_fields(value, {}, at, rules.clashes); });
    types.add(type, std::move(rules));
  }

  Strategy strategy(const json::value& value, const std::string& place) {
    return word(value, place, "strategy", strategy_from_text, {"reject", "merge", "latest-wins"})
        .value_or(Strategy::reject);
  }

  std::vector<Strategy> strategies(const json::value& value, const std::string& place) {
    std::vector<Strategy> made;
    if (value.is_array() && value.get_array().empty())
      refuse(place, "At least one strategy must be allowed; leave this out to allow all.");
    each_of(value, place, 3, [&](const auto& item, const auto& at) { made.push_back(strategy(item, at)); });
    return made;
  }

  // `"a"` is a rule of one field, `["a", "b"]` one of both together.
  std::vector<FieldGroup> groups(const json::value& value, const std::string& place) {
    std::vector<FieldGroup> made;
    std::set<std::string> seen;
    each_of(value, place, kMostRules, [&](const json::value& item, const std::string& at) {
      FieldGroup group = fields(item, at);
      if (group.empty()) {
        refuse(at, "This names no field.");
      } else if (!seen.insert(stored_name(group)).second) {
        refuse(at, "This is named twice.");
      }
      made.push_back(std::move(group));
    });
    return made;
  }

  FieldGroup fields(const json::value& value, const std::string& place) {
    FieldGroup group;
    one_or_each_of(value, place, kMostFields, [&](const json::value& item, const std::string& at) {
      auto one = path(item, at);
      if (!one) return;
      if (std::find(group.begin(), group.end(), *one) != group.end())
        refuse(at, "This field is named twice.");
      group.push_back(std::move(*one));
    });
    return group;
  }

  void read_search(const EntityType& type, const json::value& value, const std::string& place) {
    std::vector<FieldPath> paths;
    each_of(value, place, kMostSearch, [&](const auto& item, const auto& at) {
      if (auto one = path(item, at)) paths.push_back(std::move(*one));
    });
    if (!paths.empty()) made_.search.emplace(type, std::move(paths));
  }

  void read_history(const EntityType& type, const json::value& value, const std::string& place) {
    if (!value.is_object()) return refuse(place, "This must be a table: {age = \"365d\", versions = 1000}.");
    check_names(value.get_object(), place, {"age", "versions"});
    Retention retention;
    with(value.get_object(), place, "age",
         [&](const auto& age, const auto& at) { retention.age = duration(age, at, kAnyDuration); });
    with(value.get_object(), place, "versions", [&](const auto& versions, const auto& at) {
      retention.versions = static_cast<std::uint64_t>(whole(versions, at, 1).value_or(1));
    });
    made_.retention.emplace(type, retention);
  }

  // "price" = "latest", "price" = {clash = "latest"}, or a table of the fields below.
  void read_fields(const json::value& value, const std::string& parent, const std::string& place,
                   ClashPolicies& policies) {
    if (!value.is_object())
      return refuse(place, "This must be a table from field to policy: {price = \"latest\"}.");
    for (const auto& member : value.get_object()) {
      const std::string at = member_place(place, member.key());
      const std::string name = (parent.empty() ? "" : parent + '.') + std::string(member.key());
      const json::object* const inner = member.value().if_object();
      if (inner != nullptr && !inner->contains("clash")) {
        read_fields(member.value(), name, at, policies);
        continue;
      }
      if (inner != nullptr) check_names(*inner, at, {"clash"});
      const json::value& policy_given = inner != nullptr ? inner->at("clash") : member.value();
      const auto field = field_path(name, at);
      const auto policy =
          word(policy_given, inner != nullptr ? member_place(at, "clash") : at, "policy",
               clash_policy_from_text, {"ask", "latest", "theirs", "mine", "sum", "max", "union"});
      if (field && policy) policies.set(*field, *policy);
    }
  }

  // ---- schemas ----
  std::shared_ptr<const JsonSchema> schema(const EntityType& type, const json::value& value,
                                           const std::string& place) {
    std::string source = "inline";
    std::optional<json::value> given;
    if (value.is_object()) {
      given = value;
    } else if (const auto name = text(value, place)) {
      source = *name;
      given = read_schema_file(*name, place);
    }
    if (!given) return nullptr;
    Result<std::shared_ptr<const JsonSchema>> compiled = JsonSchema::compile(*given);
    if (!compiled) {
      const Error& error = compiled.error();
      refuse(place, "The schema cannot be used" + (error.member.empty() ? "" : ", at " + error.member) +
                        ": " + error.message);
      return nullptr;
    }
    made_.schemas.emplace(type, source);
    return *compiled;
  }

  std::optional<json::value> read_schema_file(const std::string& name, const std::string& place) {
    const std::filesystem::path path = file_.path.parent_path() / name;
    std::ostringstream content;
    std::ifstream stream;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) stream.open(path, std::ios::binary);
    if (stream.is_open()) content << stream.rdbuf();
    if (!stream.is_open() || !stream) {
      refuse(place, "The file " + path.string() + " cannot be read; it is looked for beside this one.");
      return std::nullopt;
    }
    Result<json::value> parsed = parse_json(content.view(), {kMostSchemaBytes, 64, kMostSchemaMembers});
    if (parsed) return std::move(*parsed);
    refuse(place, "The file " + path.string() + " is no JSON: " + parsed.error().message);
    return std::nullopt;
  }

  TypesConfiguration made_;
};

}  // namespace

Result<TypesConfiguration> read_types(const ConfigFile& file) { return TypesReader(file).read(); }

}  // namespace coterie
