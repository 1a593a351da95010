#include "protocol/change.hpp"

#include <set>
#include <string_view>
#include <utility>

namespace coterie {
namespace {

namespace json = boost::json;

// The object that holds the last step of `path`, or null pointer where there is none.
json::object* parent_of(json::object& document, const FieldPath& path) {
  json::object* parent = &document;
  const auto& steps = path.steps();
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    json::value* next = parent->if_contains(steps[i]);
    parent = next == nullptr ? nullptr : next->if_object();
    if (parent == nullptr) return nullptr;
  }
  return parent;
}

// Whether set_field can go this way: through objects, or on from where nothing is.
bool is_open(const json::object& document, const FieldPath& path) {
  const json::object* parent = &document;
  const auto& steps = path.steps();
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const json::value* next = parent->if_contains(steps[i]);
    if (next == nullptr) return true;
    parent = next->if_object();
    if (parent == nullptr) return false;
  }
  return true;
}

Error blocked(const FieldPath& path) {
  return {ErrorCode::bad_request, "The path leads through something that is not an object.", path.text()};
}

// Collects the difference of two objects at `at` and below.
void compare(const FieldPath& at, const json::object& before, const json::object& after, Change& change) {
  for (const auto& member : before) {
    const FieldPath path = at.child(member.key());
    const json::value& old = member.value();
    const json::value* now = after.if_contains(member.key());
    if (now != nullptr && old.is_object() && now->is_object()) {
      compare(path, old.get_object(), now->get_object(), change);
    } else if (now == nullptr) {
      change.unset.push_back(path);
      change.old.push_back({path, old});
    } else if (*now != old) {
      change.set.push_back({path, *now});
      change.old.push_back({path, old});
    }
  }
  for (const auto& member : after)
    if (!before.contains(member.key())) change.set.push_back({at.child(member.key()), member.value()});
}

}  // namespace

Result<void> set_field(json::object& document, const FieldPath& path, json::value value) {
  if (!is_open(document, path)) return blocked(path);
  json::object* parent = &document;
  const auto& steps = path.steps();
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const auto [member, made] = parent->emplace(steps[i], json::object_kind);
    parent = &member->value().get_object();
  }
  parent->insert_or_assign(steps.back(), std::move(value));
  return {};
}

void unset_field(json::object& document, const FieldPath& path) {
  // The others keep their places, so that a document's text does not depend on what once stood in it.
  if (json::object* parent = parent_of(document, path)) parent->stable_erase(path.steps().back());
}

Result<void> apply(json::object& document, const Change& change) {
  // No path is a prefix of another, so none of the steps can close the way of a later one.
  for (const FieldValue& field : change.set)
    if (!is_open(document, field.path)) return blocked(field.path);
  for (const FieldPath& path : change.unset) unset_field(document, path);
  for (const FieldValue& field : change.set)
    if (const auto done = set_field(document, field.path, field.value); !done) return done.error();
  return {};
}

Result<void> revert(json::object& document, const Change& change) {
  for (const FieldValue& field : change.old)
    if (!is_open(document, field.path)) return blocked(field.path);
  std::set<std::string_view> remembered;
  for (const FieldValue& field : change.old) remembered.insert(field.path.text());
  for (const FieldValue& field : change.set)
    if (!remembered.contains(field.path.text())) unset_field(document, field.path);
  for (const FieldValue& field : change.old)
    if (const auto done = set_field(document, field.path, field.value); !done) return done.error();
  return {};
}

Change difference(const json::object& before, const json::object& after) {
  Change change;
  compare({}, before, after, change);
  return change;
}

}  // namespace coterie
