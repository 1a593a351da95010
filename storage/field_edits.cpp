#include "storage/field_edits.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "protocol/json.hpp"
#include "protocol/time_text.hpp"
#include "storage/number_sum.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr const char* kBlocked =
    "The path leads through a value that is not an object; set that one as a whole.";

// Writes the members of an object, or the items of an array, one by one.
class TextList {
 public:
  TextList(std::string& out, char open, char close) : out_(out), close_(close) { out_ += open; }
  void next() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  void member(std::string_view name, const json::value& value) {
    next();
    write_json(out_, name);
    out_ += ':';
    write_json(out_, value);
  }
  void item(std::string_view text) {
    next();
    write_json(out_, text);
  }
  void end() { out_ += close_; }

 private:
  std::string& out_;
  char close_;
  bool first_ = true;
};

bool is_nothing(const json::value* value) { return value == nullptr || value->is_null(); }

std::optional<FieldFault> put(json::object& document, const FieldPath& path, json::value value) {
  if (set_field(document, path, std::move(value))) return std::nullopt;
  return FieldFault{path.text(), kBlocked};
}

std::optional<FieldFault> increment(json::object& document, const FieldValue& field) {
  const json::value* const now = find(document, field.path);
  if (!is_nothing(now) && !now->is_number()) {
    return FieldFault{field.path.text(),
                      "Only a number can be incremented; this field holds something else."};
  }
  const std::optional<json::value> sum =
      is_nothing(now) ? add(json::value(0), field.value) : add(*now, field.value);
  if (!sum)
    return FieldFault{field.path.text(), "The sum is out of range: numbers lie within plus or minus 2^53-1."};
  return put(document, field.path, *sum);
}

std::optional<FieldFault> append(json::object& document, const FieldList& field) {
  if (field.items.empty()) return std::nullopt;
  const json::value* const now = find(document, field.path);
  if (is_nothing(now)) return put(document, field.path, field.items);
  if (!now->is_array()) return FieldFault{field.path.text(), "Only a list can be appended to."};
  json::array all;
  all.reserve(now->get_array().size() + field.items.size());
  all.insert(all.end(), now->get_array().begin(), now->get_array().end());
  all.insert(all.end(), field.items.begin(), field.items.end());
  return put(document, field.path, std::move(all));
}

std::optional<FieldFault> remove(json::object& document, const FieldList& field) {
  const json::value* const now = find(document, field.path);
  if (is_nothing(now)) return std::nullopt;
  if (!now->is_array()) return FieldFault{field.path.text(), "Only from a list can items be removed."};
  json::array left;
  for (const json::value& item : now->get_array()) {
    if (std::find(field.items.begin(), field.items.end(), item) == field.items.end()) left.push_back(item);
  }
  return put(document, field.path, std::move(left));
}

}  // namespace

bool only_checks(const Operation& op) {
  return op.set.empty() && op.unset.empty() && op.increment.empty() && op.append.empty() &&
         op.remove.empty() && op.stamp.empty() && op.number.empty();
}

std::optional<FieldFault> apply_assignments(json::object& document, const Operation& op) {
  for (const FieldValue& field : op.set) {
    if (auto fault = put(document, field.path, field.value)) return fault;
  }
  for (const FieldPath& path : op.unset) unset_field(document, path);
  return std::nullopt;
}

std::optional<FieldFault> apply_adjustments(json::object& document, const Operation& op) {
  for (const FieldValue& field : op.increment) {
    if (auto fault = increment(document, field)) return fault;
  }
  for (const FieldList& field : op.append) {
    if (auto fault = append(document, field)) return fault;
  }
  for (const FieldList& field : op.remove) {
    if (auto fault = remove(document, field)) return fault;
  }
  return std::nullopt;
}

std::optional<FieldFault> apply_stamps(json::object& document, const Operation& op, const UserId& user,
                                       Timestamp now) {
  for (const FieldStamp& field : op.stamp) {
    std::string text = field.stamp == Stamp::user_id ? user.value() : to_text(now);
    if (auto fault = put(document, field.path, json::value(text))) return fault;
  }
  return std::nullopt;
}

std::optional<FieldFault> TouchedFields::look(const json::object& before, const Operation& op) {
  places_.reserve(op.set.size() + op.unset.size() + op.increment.size() + op.append.size() +
                  op.remove.size() + op.stamp.size() + op.number.size());
  std::optional<FieldFault> fault;
  const auto each = [&](const auto& fields) {
    for (const auto& field : fields) {
      if (!fault) fault = add(before, field.path);
    }
  };
  each(op.set);
  for (const FieldPath& path : op.unset) {
    if (!fault) fault = add(before, path);
  }
  each(op.increment);
  each(op.append);
  each(op.remove);
  each(op.stamp);
  each(op.number);
  if (fault) return fault;

  // Two paths share a place where they share a missing parent.
  const auto earlier = [](const Place& a, const Place& b) { return text_of(a) < text_of(b); };
  const auto same = [](const Place& a, const Place& b) { return text_of(a) == text_of(b); };
  std::sort(places_.begin(), places_.end(), earlier);
  places_.erase(std::unique(places_.begin(), places_.end(), same), places_.end());
  return std::nullopt;
}

std::optional<FieldFault> TouchedFields::add(const json::object& before, const FieldPath& path) {
  const json::object* parent = &before;
  const auto& steps = path.steps();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const json::value* const value = parent->if_contains(steps[i]);
    if (value == nullptr) {
      places_.push_back(Place{&path, i + 1, std::nullopt});
      return std::nullopt;
    }
    if (i + 1 == steps.size()) {
      places_.push_back(Place{&path, i + 1, *value});
      return std::nullopt;
    }
    parent = value->if_object();
    if (parent == nullptr) return FieldFault{path.text(), kBlocked};
  }
  return std::nullopt;
}

std::string_view TouchedFields::text_of(const Place& place) {
  const auto& steps = place.path->steps();
  const std::string_view text = place.path->text();
  if (place.steps == steps.size()) return text;
  std::size_t length = place.steps - 1;  // the dots
  for (std::size_t i = 0; i < place.steps; ++i) length += steps[i].size();
  return text.substr(0, length);
}

std::optional<EventTexts> TouchedFields::tell(const json::object& after) const {
  bool changed = false;
  EventTexts texts;
  TextList set(texts.set, '{', '}');
  TextList unset(texts.unset, '[', ']');
  TextList old(texts.old, '{', '}');
  for (const Place& place : places_) {
    const json::object* parent = &after;
    const json::value* now = nullptr;
    for (std::size_t i = 0; i < place.steps; ++i) {
      now = parent == nullptr ? nullptr : parent->if_contains(place.path->steps()[i]);
      parent = now == nullptr ? nullptr : now->if_object();
    }
    if (now == nullptr && !place.old) continue;
    if (now != nullptr && place.old && *now == *place.old) continue;
    changed = true;
    const std::string_view text = text_of(place);
    if (now != nullptr) {
      set.member(text, *now);
    } else {
      unset.item(text);
    }
    if (place.old) old.member(text, *place.old);
  }
  if (!changed) return std::nullopt;
  set.end();
  unset.end();
  old.end();
  return texts;
}

std::optional<EventTexts> tell(const Change& change) {
  if (change.empty()) return std::nullopt;
  EventTexts texts;
  TextList set(texts.set, '{', '}');
  for (const FieldValue& field : change.set) set.member(field.path.text(), field.value);
  set.end();
  TextList unset(texts.unset, '[', ']');
  for (const FieldPath& path : change.unset) unset.item(path.text());
  unset.end();
  TextList old(texts.old, '{', '}');
  for (const FieldValue& field : change.old) old.member(field.path.text(), field.value);
  old.end();
  return texts;
}

}  // namespace coterie
