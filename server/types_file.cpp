#include "server/types_file.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "protocol/json.hpp"
#include "protocol/names.hpp"
#include "protocol/scalar_order.hpp"
#include "server/ops/nearest_word.hpp"

namespace coterie {
namespace {

namespace json = boost::json;
using Words = std::vector<std::string>;

constexpr std::size_t kMostTypes = 1000;
constexpr std::size_t kMostRules = 16;   // unique rules, or indexes, of a type
constexpr std::size_t kMostFields = 8;   // of one of them
constexpr std::size_t kMostSearch = 32;  // fields of a type
constexpr std::size_t kMostSchemaBytes = 1024 * 1024;
constexpr std::size_t kMostSchemaMembers = 50'000;

std::string one_of(const Words& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::string hint(std::string_view given, const Words& known) {
  const std::string near = nearest_word(given, known);
  return near.empty() ? "known are " + one_of(known) : "did you mean " + near + '?';
}

// Reads on after a mistake, so that each function stays short; the first one is told.
class TypesReader {
 public:
  explicit TypesReader(const ConfigFile& file) : file_(file) {}

  Result<TypesConfiguration> read() {
    check_names(file_.root, {}, {"access", "auth", "roles", "sequences", "serve", "types"}, "section");
    if (const json::object* sequences = table(file_.root, {}, "sequences")) read_sequences(*sequences);
    auto types = std::make_shared<TypeTable>();
    if (const json::object* all = table(file_.root, {}, "types")) read_all(*all, *types);
    if (error_) return *error_;
    Result<RulesRead> access = read_access(file_);
    if (!access) return access.error();
    made_.access = std::move(*access);
    made_.types = std::move(types);
    return std::move(made_);
  }

 private:
  void refuse(const std::string& place, const std::string& message) {
    if (!error_) error_ = file_.error(place, message);
  }

  // ---- values of one kind ----
  void check_names(const json::object& members, const std::string& place, const Words& known,
                   const char* what) {
    for (const auto& member : members) {
      const std::string name(member.key());
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      refuse(member_place(place, name), std::string("This ") + what + " is not known; " + hint(name, known));
    }
  }
  const json::object* table(const json::object& parent, const std::string& place, std::string_view name) {
    const json::value* const found = parent.if_contains(name);
    if (found == nullptr) return nullptr;
    if (!found->is_object()) refuse(member_place(place, name), "This must be a table.");
    return found->if_object();
  }
  std::optional<std::string> text(const json::value& value, const std::string& place) {
    if (value.is_string()) return std::string(value.get_string());
    refuse(place, "This must be a text, in quotes.");
    return std::nullopt;
  }
  const json::array* list(const json::value& value, const std::string& place, std::size_t most) {
    const json::array* const items = value.if_array();
    if (items == nullptr) refuse(place, "This must be a list.");
    if (items != nullptr && items->size() > most) {
      refuse(place, "This list may hold " + std::to_string(most) + " at most.");
    }
    return items;
  }
  std::optional<FieldPath> path(const json::value& value, const std::string& place) {
    const std::optional<std::string> written = text(value, place);
    if (!written) return std::nullopt;
    return path_of(*written, place);
  }
  std::optional<FieldPath> path_of(const std::string& written, const std::string& place) {
    Result<FieldPath> parsed = FieldPath::parse(written);
    if (parsed) return std::move(*parsed);
    refuse(place, "This is not the path of a field: " + parsed.error().message);
    return std::nullopt;
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
    if (all.size() > kMostTypes) refuse("types", "At most 1000 types can be configured.");
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
                {"strategy", "strategies", "schema", "unique", "index", "search", "history", "fields"},
                "key");
    TypeRules rules;
    const auto each = [&](const char* name, auto read) {
      if (const json::value* value = members.if_contains(name)) read(*value, member_place(place, name));
    };
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
    const std::optional<std::string> word = text(value, place);
    const auto known = word ? strategy_from_text(*word) : std::nullopt;
    if (word && !known) {
      refuse(place, "This strategy is not known; " + hint(*word, {"reject", "merge", "latest-wins"}));
    }
    return known.value_or(Strategy::reject);
  }

  std::vector<Strategy> strategies(const json::value& value, const std::string& place) {
    std::vector<Strategy> made;
    const json::array* const items = list(value, place, 3);
    if (items == nullptr) return made;
    if (items->empty()) refuse(place, "At least one strategy must be allowed; leave this out to allow all.");
    for (std::size_t i = 0; i < items->size(); ++i)
      made.push_back(strategy((*items)[i], item_place(place, i)));
    return made;
  }

  // `"a"` is a rule of one field, `["a", "b"]` one of both together.
  std::vector<FieldGroup> groups(const json::value& value, const std::string& place) {
    std::vector<FieldGroup> made;
    std::set<std::string> seen;
    const json::array* const items = list(value, place, kMostRules);
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
      const std::string at = item_place(place, i);
      FieldGroup group = fields((*items)[i], at);
      if (group.empty()) {
        refuse(at, "This names no field.");
      } else if (!seen.insert(stored_name(group)).second) {
        refuse(at, "This is named twice.");
      }
      made.push_back(std::move(group));
    }
    return made;
  }

  FieldGroup fields(const json::value& value, const std::string& place) {
    FieldGroup group;
    if (value.is_string()) {
      if (auto one = path(value, place)) group.push_back(std::move(*one));
      return group;
    }
    const json::array* const items = list(value, place, kMostFields);
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
      auto one = path((*items)[i], item_place(place, i));
      if (!one) continue;
      if (std::find(group.begin(), group.end(), *one) != group.end()) {
        refuse(item_place(place, i), "This field is named twice.");
      }
      group.push_back(std::move(*one));
    }
    return group;
  }

  void read_search(const EntityType& type, const json::value& value, const std::string& place) {
    const json::array* const items = list(value, place, kMostSearch);
    std::vector<FieldPath> paths;
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
      auto one = path((*items)[i], item_place(place, i));
      if (one) paths.push_back(std::move(*one));
    }
    if (!paths.empty()) made_.search.emplace(type, std::move(paths));
  }

  void read_history(const EntityType& type, const json::value& value, const std::string& place) {
    if (!value.is_object()) return refuse(place, "This is a table: {age = \"365d\", versions = 1000}.");
    check_names(value.get_object(), place, {"age", "versions"}, "key");
    Retention retention;
    if (const json::value* age = value.get_object().if_contains("age")) {
      const std::string at = member_place(place, "age");
      const std::optional<std::string> written = text(*age, at);
      if (written) retention.age = duration_from_text(*written);
      if (written && !retention.age) {
        refuse(at, "This takes a number and a unit, s, m, h, d or w: \"365d\".");
      }
    }
    if (const json::value* versions = value.get_object().if_contains("versions")) {
      if (versions->is_int64() && versions->get_int64() >= 1) {
        retention.versions = static_cast<std::uint64_t>(versions->get_int64());
      } else {
        refuse(member_place(place, "versions"), "This is a whole number, 1 or more.");
      }
    }
    made_.retention.emplace(type, retention);
  }

  // "price" = "latest", "price" = {clash = "latest"}, or a table of the fields below.
  void read_fields(const json::value& value, const std::string& parent, const std::string& place,
                   ClashPolicies& policies) {
    if (!value.is_object()) return refuse(place, "This is a table from field to policy.");
    for (const auto& member : value.get_object()) {
      const std::string at = member_place(place, member.key());
      const std::string name = (parent.empty() ? "" : parent + '.') + std::string(member.key());
      const json::object* const inner = member.value().if_object();
      if (inner != nullptr && !inner->contains("clash")) {
        read_fields(member.value(), name, at, policies);
        continue;
      }
      if (inner != nullptr) check_names(*inner, at, {"clash"}, "key");
      const json::value& word = inner != nullptr ? inner->at("clash") : member.value();
      const auto field = path_of(name, at);
      const auto policy = clash_policy(word, inner != nullptr ? member_place(at, "clash") : at);
      if (field && policy) policies.set(*field, *policy);
    }
  }

  std::optional<ClashPolicy> clash_policy(const json::value& value, const std::string& place) {
    const std::optional<std::string> word = text(value, place);
    if (!word) return std::nullopt;
    const auto known = clash_policy_from_text(*word);
    if (!known) {
      refuse(place, "This policy is not known; " +
                        hint(*word, {"ask", "latest", "theirs", "mine", "sum", "max", "union"}));
    }
    return known;
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

  const ConfigFile& file_;
  TypesConfiguration made_;
  std::optional<Error> error_;
};

}  // namespace

Result<TypesConfiguration> read_types(const ConfigFile& file) { return TypesReader(file).read(); }

std::optional<std::chrono::milliseconds> duration_from_text(std::string_view text) {
  constexpr std::int64_t kMost = 1'000'000;  // of any unit
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, count);
  if (failed != std::errc() || end - rest != 1 || count < 1 || count > kMost) return std::nullopt;
  using namespace std::chrono;
  switch (*rest) {
    case 's':
      return seconds(count);
    case 'm':
      return minutes(count);
    case 'h':
      return hours(count);
    case 'd':
      return days(count);
    case 'w':
      return weeks(count);
    default:
      return std::nullopt;
  }
}

}  // namespace coterie
