#include "protocol/veil.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max() / 2;

// Whether `path` is `parent` or lies within it.
bool within(const FieldPath& path, const FieldPath& parent) {
  return path.steps().size() >= parent.steps().size() && path.overlaps(parent);
}

json::value own(std::string_view text) {
  Result<json::value> value = parse_json(text, {kAny, kMaxMessageDepth + 8, kAny});
  return value ? std::move(*value) : json::value();
}

template <class Touched>
const FieldPath* find_touched(const FilterNode& node, const Touched& touched) {
  const auto any = [&](const std::vector<FilterNode>& of) -> const FieldPath* {
    for (const FilterNode& inner : of) {
      if (const FieldPath* found = find_touched(inner, touched)) return found;
    }
    return nullptr;
  };
  if (const Term* term = std::get_if<Term>(&node.node)) {
    const FieldPath* path = std::get_if<FieldPath>(&term->operand);
    return path != nullptr ? touched(*path) : nullptr;
  }
  if (const And* all = std::get_if<And>(&node.node)) return any(all->of);
  if (const Or* some = std::get_if<Or>(&node.node)) return any(some->of);
  return any(std::get<Not>(node.node).of);
}

}  // namespace

Veil::Veil(std::vector<FieldPath> hidden) : hidden_(std::move(hidden)) {
  std::sort(hidden_.begin(), hidden_.end());
  hidden_.erase(std::unique(hidden_.begin(), hidden_.end()), hidden_.end());
  for (const FieldPath& path : hidden_) {
    if (!text_.empty()) text_ += '\n';
    text_ += path.text();
  }
}

bool Veil::hides(const FieldPath& path) const {
  return std::any_of(hidden_.begin(), hidden_.end(),
                     [&](const FieldPath& hidden) { return within(path, hidden); });
}

const FieldPath* Veil::touched(const FieldPath& path) const {
  for (const FieldPath& hidden : hidden_) {
    if (hidden.overlaps(path)) return &hidden;
  }
  return nullptr;
}

const FieldPath* Veil::touched(const Filter& filter) const {
  return find_touched(filter.root(), [this](const FieldPath& path) { return touched(path); });
}

const FieldPath* Veil::touched(const Sort& sort) const {
  for (const SortKey& key : sort.keys()) {
    const FieldPath* path = std::get_if<FieldPath>(&key.operand);
    const FieldPath* found = path != nullptr ? touched(*path) : nullptr;
    if (found != nullptr) return found;
  }
  return nullptr;
}

void Veil::cut(json::object& document) const {
  for (const FieldPath& hidden : hidden_) unset_field(document, hidden);
}

// Of a value that stands at `at`, which is not hidden itself: the hidden ones below it.
void Veil::cut_below(const FieldPath& at, json::value& value) const {
  if (!value.is_object()) return;
  const std::string prefix = at.text() + '.';
  for (const FieldPath& hidden : hidden_) {
    if (!hidden.text().starts_with(prefix)) continue;
    const Result<FieldPath> rest = FieldPath::parse(std::string_view(hidden.text()).substr(prefix.size()));
    if (rest) unset_field(value.get_object(), *rest);
  }
}

std::string Veil::cut_document(std::string_view text) const {
  json::value value = own(text);
  if (!value.is_object()) return "{}";
  cut(value.get_object());
  return to_json_text(value);
}

std::string Veil::cut_paths(std::string_view text) const {
  json::value value = own(text);
  if (!value.is_object()) return "{}";
  json::object kept;
  for (auto& member : value.get_object()) {
    const Result<FieldPath> path = FieldPath::parse(member.key());
    if (!path || hides(*path)) continue;
    cut_below(*path, member.value());
    kept.emplace(member.key(), std::move(member.value()));
  }
  return to_json_text(kept);
}

void Veil::cut(DataSyncEvent& event) const {
  switch (event.operation) {
    case EventOperation::create:
      event.set = cut_document(event.set);
      return;
    case EventOperation::remove:
      event.old = cut_document(event.old);
      return;
    case EventOperation::update:
      break;
  }
  event.set = cut_paths(event.set);
  event.old = cut_paths(event.old);
  const json::value unset = own(event.unset);
  json::array kept;
  if (const json::array* paths = unset.if_array()) {
    for (const json::value& item : *paths) {
      const Result<FieldPath> path =
          item.is_string() ? FieldPath::parse(item.get_string()) : Result<FieldPath>(Error{});
      if (path && !hides(*path)) kept.push_back(item);
    }
  }
  event.unset = to_json_text(json::value(std::move(kept)));
}

void Veil::cut(Conflict& conflict) const {
  for (auto* document : {&conflict.base, &conflict.current, &conflict.yours, &conflict.merged}) {
    if (*document) cut(**document);
  }
  std::erase_if(conflict.fields, [this](const auto& field) { return hides(field.first); });
}

void Veil::cut(OperationResult& result) const {
  if (result.entity) cut(*result.entity);
  cut(result.merged);
}

void Veil::cut(BlameAnswer& answer) const {
  std::erase_if(answer.fields, [this](const FieldBlame& field) { return hides(field.path); });
  cut(answer.unknown);
}

void Veil::cut(std::vector<FieldPath>& paths) const {
  std::erase_if(paths, [this](const FieldPath& path) { return hides(path); });
}

}  // namespace coterie
