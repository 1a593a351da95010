#include "server/cli/edit_request.hpp"

#include "protocol/change.hpp"
#include "protocol/field_path.hpp"
#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"
#include "server/cli/terminal.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr JsonLimits kLimits{1024 * 1024, kMaxDepth, kMaxMembers};

Error wrong(std::string message) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = std::move(message);
  return error;
}

Result<json::object> read_increments(const std::vector<std::string>& texts) {
  json::object increments;
  for (const std::string& text : texts) {
    auto parsed = parse_assignment(text);
    if (!parsed) return parsed.error();
    if (!parsed->second.is_number()) return wrong("--increment takes a number: " + printable(text) + ".");
    increments[parsed->first] = parsed->second;
  }
  return increments;
}

Result<json::object> read_set(const std::vector<std::string>& texts) {
  json::object set;
  for (const std::string& text : texts) {
    auto parsed = parse_assignment(text);
    if (!parsed) return parsed.error();
    if (set.contains(parsed->first))
      return wrong("the field " + printable(parsed->first) + " is named twice.");
    set[parsed->first] = std::move(parsed->second);
  }
  return set;
}

Result<json::object> make_create(const EditFlags& flags) {
  if (!flags.unset.empty() || !flags.increment.empty() || !flags.guard.empty() || flags.base > 0) {
    return wrong("--create takes field=value alone.");
  }
  const auto set = read_set(flags.assignments);
  if (!set) return set.error();
  json::object data;
  for (const auto& member : *set) {
    const auto done = set_field(data, *FieldPath::parse(member.key()), member.value());
    if (!done) return done.error();
  }
  return json::object{{"data", std::move(data)}};
}

Result<json::object> make_update(const EditFlags& flags) {
  json::object operation;
  auto set = read_set(flags.assignments);
  if (!set) return set.error();
  if (!set->empty()) operation["set"] = std::move(*set);
  auto increments = read_increments(flags.increment);
  if (!increments) return increments.error();
  if (!increments->empty()) operation["increment"] = std::move(*increments);
  if (!flags.unset.empty()) operation["unset"] = json::array(flags.unset.begin(), flags.unset.end());
  if (!flags.guard.empty()) {
    auto guard = parse_json(flags.guard, kLimits);
    if (!guard || !guard->is_object())
      return wrong("--guard takes a filter as JSON, like {\"status\": \"new\"}.");
    operation["guard"] = std::move(*guard);
  }
  if (operation.empty())
    return wrong("nothing to do: give field=value, --unset, --increment, --delete or --restore.");
  return operation;
}

}  // namespace

Result<std::pair<std::string, json::value>> parse_assignment(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    return wrong("\"" + printable(text) + "\" is not field=value, like Horsepower=200 or address.city=Bonn.");
  }
  auto path = FieldPath::parse(text.substr(0, equals));
  if (!path)
    return wrong("\"" + printable(text.substr(0, equals)) +
                 "\" cannot name a field: " + path.error().message);
  const std::string_view value = text.substr(equals + 1);
  auto parsed = parse_json(value, kLimits);
  if (parsed) return std::pair{path->text(), std::move(*parsed)};
  return std::pair{path->text(), json::value(value)};
}

Result<json::object> make_operation(const EditFlags& flags, const RecordName& record) {
  const int kinds = (flags.create ? 1 : 0) + (flags.remove ? 1 : 0) + (flags.restore > 0 ? 1 : 0);
  if (kinds > 1) return wrong("--create, --delete and --restore exclude each other.");
  const bool changes = !flags.assignments.empty() || !flags.unset.empty() || !flags.increment.empty();
  if ((flags.remove || flags.restore > 0) && changes) return wrong("--delete and --restore take no fields.");
  json::object operation;
  if (flags.create) {
    auto create = make_create(flags);
    if (!create) return create.error();
    operation = std::move(*create);
    operation["op"] = "create";
  } else if (flags.remove) {
    operation["op"] = "delete";
  } else if (flags.restore > 0) {
    operation["op"] = "restore";
    operation["toVersion"] = flags.restore;
  } else {
    auto update = make_update(flags);
    if (!update) return update.error();
    operation = std::move(*update);
    operation["op"] = "update";
  }
  operation["entityType"] = record.type;
  if (!record.id.empty()) operation["entityId"] = record.id;
  if (flags.base > 0) operation["baseVersion"] = flags.base;
  if (!flags.strategy.empty()) operation["strategy"] = flags.strategy;
  return operation;
}

bool needs_base(const json::object& operation) {
  if (operation.contains("baseVersion")) return false;
  const std::string kind(operation.at("op").as_string());
  if (kind == "create") return false;
  if (kind != "update") return true;
  if (operation.contains("unset")) return true;
  return operation.contains("set") && !operation.contains("guard");
}

std::optional<json::object> operation_towards(const RecordName& record, const json::object& current,
                                              const json::object& wanted) {
  const Change change = difference(current, wanted);
  if (change.empty()) return {};
  json::object operation{{"op", "update"}, {"entityType", record.type}, {"entityId", record.id}};
  json::object set;
  for (const FieldValue& field : change.set) set[field.path.text()] = field.value;
  if (!set.empty()) operation["set"] = std::move(set);
  json::array unset;
  for (const FieldPath& path : change.unset) unset.emplace_back(path.text());
  if (!unset.empty()) operation["unset"] = std::move(unset);
  return operation;
}

}  // namespace coterie
