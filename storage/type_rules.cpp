#include "storage/type_rules.hpp"

#include <algorithm>

namespace coterie {

std::string described(const FieldGroup& fields) {
  std::string text;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) text += i + 1 == fields.size() ? " and " : ", ";
    text += fields[i].text();
  }
  return text;
}

std::string stored_name(const FieldGroup& fields) {
  std::string name;
  for (const FieldPath& field : fields) {
    if (!name.empty()) name += '\n';
    name += field.text();
  }
  return name;
}

Result<FieldGroup> group_from_stored_name(std::string_view name) {
  FieldGroup fields;
  for (;;) {
    const std::size_t end = name.find('\n');
    Result<FieldPath> path = FieldPath::parse(name.substr(0, end));
    if (!path) return path.error();
    fields.push_back(std::move(*path));
    if (end == std::string_view::npos) return fields;
    name.remove_prefix(end + 1);
  }
}

bool TypeRules::allows(Strategy asked) const {
  return strategies.empty() || asked == Strategy::reject ||
         std::find(strategies.begin(), strategies.end(), asked) != strategies.end();
}

const TypeRules& TypeTable::of(const EntityType& type) const {
  static const TypeRules kDefaults;
  if (rules_.empty()) return kDefaults;
  const auto found = rules_.find(type);
  return found == rules_.end() ? kDefaults : found->second;
}

}  // namespace coterie
