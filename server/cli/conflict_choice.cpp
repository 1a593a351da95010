#include "server/cli/conflict_choice.hpp"

#include <utility>

#include "protocol/change.hpp"
#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"
#include "server/cli/conflict_text.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/value_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

const json::value* at(const json::object* document, const FieldPath& path) {
  return document ? find(*document, path) : nullptr;
}

// As `coterie edit` reads one: JSON where it is JSON, else text.
json::value value_of(const std::string& line) {
  Result<json::value> value = parse_json(line, {line.size(), kMaxDepth, kMaxMembers});
  return value ? std::move(*value) : json::value(line);
}

enum class Done { yes, no, stopped };

// One field that both changed: laid into `target`.
Done choose_field(const json::object& conflict, const FieldPath& path, json::object& target,
                  const AskPerson& ask) {
  const json::value* const mine = at(object_member(conflict, "yours"), path);
  const json::value* const theirs = at(object_member(conflict, "current"), path);
  const auto line = ask(printable(path.text()) + ": [t]heirs " + brief(theirs) + ", [m]ine " + brief(mine) +
                        ", =VALUE for another, or [q]uit? ");
  if (!line || *line == "q" || *line == "quit") return Done::stopped;
  if (*line == "t" || *line == "theirs") return Done::yes;
  if (*line == "m" || *line == "mine") {
    if (mine == nullptr) {
      unset_field(target, path);
    } else if (!set_field(target, path, *mine)) {
      return Done::no;
    }
    return Done::yes;
  }
  if (line->starts_with('=') && set_field(target, path, value_of(line->substr(1)))) return Done::yes;
  return Done::no;
}

json::value resolution_towards(const json::object& current, const json::object& target) {
  const Change change = difference(current, target);
  if (change.empty()) return "use-theirs";
  json::object set;
  for (const FieldValue& field : change.set) set[field.path.text()] = field.value;
  json::array unset;
  for (const FieldPath& path : change.unset) unset.emplace_back(path.text());
  json::object resolution;
  if (!set.empty()) resolution["set"] = std::move(set);
  if (!unset.empty()) resolution["unset"] = std::move(unset);
  return resolution;
}

// Where there is nothing to go through field by field.
std::optional<json::value> choose_whole(const AskPerson& ask, bool mergeable) {
  for (;;) {
    const auto line = ask(mergeable ? "Nothing clashes. [j]oin both, take [t]heirs, or [q]uit? "
                                    : "Take [t]heirs, keep [m]ine, or [q]uit? ");
    if (!line || *line == "q" || *line == "quit") return std::nullopt;
    if (*line == "t" || *line == "theirs") return json::value("use-theirs");
    if (mergeable && (*line == "j" || *line == "join")) return json::value("merge");
    if (!mergeable && (*line == "m" || *line == "mine")) return json::value("use-mine");
  }
}

}  // namespace

std::optional<json::value> choose_resolution(const json::object& conflict, const AskPerson& ask) {
  const json::object* const current = object_member(conflict, "current");
  if (current == nullptr) {
    const auto line = ask("The record is not there any more. [d]ismiss the conflict, or [q]uit? ");
    if (line && (*line == "d" || *line == "dismiss")) return json::value("use-theirs");
    return std::nullopt;
  }
  const bool mergeable = text_member(conflict, "op") == "update" && can_merge(conflict);
  if (!mergeable) return choose_whole(ask, false);
  json::object target = *object_member(conflict, "merged");
  bool asked = false;
  for (const auto& field : *object_member(conflict, "fields")) {
    if (field.value() != "clash") continue;
    const auto path = FieldPath::parse(field.key());
    if (!path) continue;
    asked = true;
    Done done = Done::no;
    while (done == Done::no) done = choose_field(conflict, *path, target, ask);
    if (done == Done::stopped) return std::nullopt;
  }
  if (!asked) return choose_whole(ask, true);
  return resolution_towards(*current, target);
}

}  // namespace coterie
