#include "protocol/merge.hpp"

#include <map>

namespace coterie {
namespace {

namespace json = boost::json;

// What one side did to a path: the value it set, or null pointer where it unset it.
using Edits = std::map<std::string_view, std::pair<const FieldPath*, const json::value*>>;

// Views into `change`.
Edits edits_of(const Change& change) {
  Edits edits;
  for (const FieldValue& field : change.set)
    edits.emplace(field.path.text(), std::pair(&field.path, &field.value));
  for (const FieldPath& path : change.unset) edits.emplace(path.text(), std::pair(&path, nullptr));
  return edits;
}

bool holds_parent_of(const Edits& edits, std::string_view path) {
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1))
    if (edits.contains(path.substr(0, dot))) return true;
  return false;
}

bool holds_child_of(const Edits& edits, std::string_view path) {
  const std::string inside = std::string(path) + '.';
  const auto next = edits.lower_bound(inside);
  return next != edits.end() && next->first.starts_with(inside);
}

bool is_same(const json::value* a, const json::value* b) {
  return a == nullptr || b == nullptr ? a == b : *a == *b;
}

}  // namespace

std::string_view to_text(FieldVerdict verdict) {
  switch (verdict) {
    case FieldVerdict::yours:
      return "yours";
    case FieldVerdict::theirs:
      return "theirs";
    case FieldVerdict::same:
      return "same";
    case FieldVerdict::clash:
      return "clash";
    case FieldVerdict::combined:
      return "combined";
  }
  return "unknown";
}

Merge merge(const json::object& base, const json::object& current, const json::object& yours) {
  const Change your_change = difference(base, yours), their_change = difference(base, current);
  const Edits your_edits = edits_of(your_change), their_edits = edits_of(their_change);
  const auto verdict_of = [](std::string_view path, const json::value* value, const Edits& others,
                             FieldVerdict alone) {
    if (const auto other = others.find(path); other != others.end())
      return is_same(value, other->second.second) ? FieldVerdict::same : FieldVerdict::clash;
    return holds_parent_of(others, path) || holds_child_of(others, path) ? FieldVerdict::clash : alone;
  };

  std::map<std::string_view, std::pair<const FieldPath*, FieldVerdict>> verdicts;
  for (const auto& [path, edit] : your_edits)
    verdicts.emplace(path,
                     std::pair(edit.first, verdict_of(path, edit.second, their_edits, FieldVerdict::yours)));
  for (const auto& [path, edit] : their_edits)
    verdicts.emplace(path,
                     std::pair(edit.first, verdict_of(path, edit.second, your_edits, FieldVerdict::theirs)));

  Merge result;
  result.merged = current;
  for (const auto& [text, judged] : verdicts) {
    const auto& [path, verdict] = judged;
    result.fields.emplace_back(*path, verdict);
    if (verdict == FieldVerdict::theirs) result.theirs.push_back(*path);
    if (verdict == FieldVerdict::clash) result.clashes = true;
    if (verdict != FieldVerdict::yours) continue;
    // Nothing they did touches a parent of this path, so the way to it is as it was in the base: open.
    if (const json::value* value = your_edits.at(text).second)
      set_field(result.merged, *path, *value).value();
    else
      unset_field(result.merged, *path);
  }
  return result;
}

}  // namespace coterie
